"""Turns a sentence-transformers model into the ONNX graph that serves it; needs torch.

Runs in a process of its own: `python -m retrieval.exporting SOURCE IDENTITY FOLDER`.
"""

import json
import sys
import warnings
from pathlib import Path

import onnx

from retrieval.quickening import quicken

_SMALL = 1024
"""Bytes of a constant that stays in the graph: the runtime looks at short ones while it loads."""


def export(source: str, identity: str, target: Path) -> None:
    """Write a model as ONNX, with its tokenizer and what the embedder must know."""
    import torch
    from sentence_transformers import SentenceTransformer

    eager = {"attn_implementation": "eager"}  # the same numbers, in a graph with fewer steps
    model = SentenceTransformer(source, device="cpu", model_kwargs=eager).eval()

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
    part(target / "model.onnx")


def part(model: Path) -> None:
    """Move a model's weights into a file of their own, beside the graph.

    From there they are mapped into memory: only rows of the word table that a text needs are
    ever read, and that table is most of a small model.
    """
    graph = onnx.load(str(model))
    onnx.save_model(
        graph,
        str(model),
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location=WEIGHTS,
        size_threshold=_SMALL,
    )


WEIGHTS = "weights.bin"
"""Name of the weights' file; the graph names it too."""


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    export(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
