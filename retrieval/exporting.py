"""Turns a sentence-transformers model into the ONNX graph that serves it; needs torch.

Runs in a process of its own: `python -m retrieval.exporting SOURCE IDENTITY FOLDER`.
"""

import json
import sys
import warnings
from pathlib import Path

from retrieval.quickening import quicken


def export(source: str, identity: str, target: Path) -> None:
    """Write a model as ONNX, with its tokenizer and what the embedder must know."""
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(source, device="cpu").eval()

    class Encoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": ids, "attention_mask": mask}
            if "token_type_ids" in model.tokenizer.model_input_names:
                features["token_type_ids"] = torch.zeros_like(ids)
            vector: torch.Tensor = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vector, dim=1)

    example = model.tokenizer(["one", "two words"], padding=True, return_tensors="pt")
    dynamic = {0: "batch", 1: "length"}
    with torch.no_grad():
        torch.onnx.export(
            Encoder(),
            (example["input_ids"], example["attention_mask"]),
            str(target / "model.onnx"),
            input_names=["ids", "mask"],
            output_names=["vector"],
            dynamic_axes={"ids": dynamic, "mask": dynamic, "vector": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
    model.tokenizer.backend_tokenizer.save(str(target / "tokenizer.json"))
    meta = {
        "identity": identity,
        "dimension": int(model.encode(["size"]).shape[1]),
        "max_tokens": int(model.max_seq_length or 512),
        "pad_id": int(model.tokenizer.pad_token_id),
        "pad_token": str(model.tokenizer.pad_token),
    }
    (target / "meta.json").write_text(json.dumps(meta), "utf-8")
    quicken(target)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    export(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
