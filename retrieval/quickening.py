"""Looks for a quicker graph of an exported model that says the same: 8-bit where it does no harm.

Rounding all multiplications to 8 bits moves short texts' vectors too far (cosine .975 and below).
Most of that comes from the two wide multiplications of some layers, whose input has a few huge
values; attention, the first layers' widening and the last layers' narrowing bear it.
"""

import json
import logging
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from retrieval.embedding import Embedder

AGREEMENT = 0.99
"""Smallest cosine to the model's own vector that any text of the check set may have."""
_GAIN = 1.05
"""How much quicker a graph must be to be worth another rounding."""
_LAYER = re.compile(r"/layer\.(\d+)/")

_SENTENCES = (
    "How do I cancel my ticket and get the money back?",
    "Error PAY-402: the card was declined twice, but the bank says that the payment went through.",
    "Small pets travel in a carrier of up to 8 kg; guide dogs are free on every sailing.",
    "Open **Orders**, choose the booking, then *Change date*. The fee is RM 15.00 per person.",
    "Boleh refund tak my ticket? I tersalah pilih tarikh.",
    "Bayaran balik sampai ke kad anda dalam 5 hingga 10 hari bekerja, e-dompet lebih cepat.",
    "Kanak-kanak bawah dua tahun tidak perlu tiket jika duduk bersama ibu bapa.",
    "Sila bawa pasport asal dan cetakan pengesahan ke kaunter satu jam sebelum bertolak.",
    "退款什么时候到账？我已经等了两个星期了。",
    "输错五次密码后，账户会被锁定 15 分钟，请稍后再试或重置密码。",
    "儿童票按身高计算，一米二以下免费，须由成人陪同。",
    "為什麼重複扣款？信用卡帳單上有兩筆一樣的金額。",
    "請在開船前四十五分鐘抵達碼頭辦理報到，逾時視同放棄。",
    "行李每件不得超過二十公斤，超重部分依現場公告收費。",
    "Wi-Fi", "QR code 扫不出来", "help", "发票", "The app shows a blank page on Android 14.",
    "1. Sign in. 2. Choose Profile. 3. Choose Delete account. Your data is erased after 30 days.",
)  # fmt: skip


def check_texts() -> list[str]:
    """Return short and long texts in every language, on which graphs must agree."""
    joined = [
        " ".join(_SENTENCES[(start + n) % len(_SENTENCES)] for n in range(length))
        for length in (2, 4, 9)
        for start in range(0, len(_SENTENCES), 3)
    ]
    return [*_SENTENCES, *joined]


def quicken(folder: Path) -> None:
    """Put the quickest agreeing graph in the place of an exported one, and say which it is.

    On a processor where no graph is quicker or agrees, the model stays as it was exported.
    """
    texts = check_texts()
    plain = folder / "model.onnx"
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    reference, needed = _measured(folder, texts)
    chosen = {"graph": "fp32", "agreement": 1.0, "speed": 1.0}
    kept = folder / "plain.onnx"
    plain.rename(kept)
    for name, graph in _candidates(kept, folder):
        graph.replace(plain)
        vectors, seconds = _measured(folder, texts)
        agreement = float((vectors * reference).sum(axis=1).min())
        if agreement >= AGREEMENT and needed / seconds >= _GAIN:
            chosen = {
                "graph": name,
                "agreement": round(agreement, 4),
                "speed": round(needed / seconds, 2),
                "identity": f"{name}-{meta['identity']}",
            }
            break
    if chosen["graph"] == "fp32":
        kept.replace(plain)
    kept.unlink(missing_ok=True)
    (folder / "meta.json").write_text(json.dumps(meta | chosen), "utf-8")


def _candidates(model: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield graphs with fewer and fewer multiplications in 8 bits: quickest first."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger().setLevel(logging.ERROR)  # it recommends a step that changes nothing here
    graph: Any = onnx.load(str(model)).graph
    constant = {one.name for one in graph.initializer}
    products = [n.name for n in graph.node if n.op_type == "MatMul" and n.input[1] in constant]
    layers = {name: int(found[1]) for name in products if (found := _LAYER.search(name))}
    last = max(layers.values(), default=-1)
    half = (last + 1) // 2

    def attends(name: str) -> bool:
        return "/attention/" in name

    def widens(name: str) -> bool:
        return "/intermediate/" in name and (layers[name] < half or layers[name] == last)

    def narrows(name: str) -> bool:
        return not attends(name) and "/output/" in name and layers[name] >= half

    for chosen in ((attends, widens, narrows), (attends, widens)):
        rounded = [name for name in layers if any(one(name) for one in chosen)]
        if not rounded:
            return  # not built like BERT: nobody measured what it bears
        target = folder / "candidate.onnx"
        quantize_dynamic(
            str(model),
            str(target),
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
            nodes_to_quantize=rounded,
        )
        yield f"int8/{len(rounded)}", target


def _measured(folder: Path, texts: Sequence[str]) -> tuple[NDArray[np.float32], float]:
    """Return the vectors of a folder's model, and the processor's seconds, the better of two."""
    embedder = Embedder("check", folder)
    spent = []
    for _ in range(2):
        started = time.process_time()
        vectors = embedder.vectors(texts)
        spent.append(time.process_time() - started)
    return vectors, min(spent)
