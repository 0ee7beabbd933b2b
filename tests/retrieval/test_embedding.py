"""Vectors: kept by content, computed on every core, and by a graph that agrees with the model."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from langchain_core.embeddings import Embeddings
from onnx import TensorProto, helper

from retrieval import embedding
from retrieval.embedding import PACKAGED, Embedder, load
from retrieval.exporting import WEIGHTS
from retrieval.langchain import LangChainEmbeddings
from retrieval.quickening import AGREEMENT, check_texts, quicken
from retrieval.remembered import Remembered, hash_of


@pytest.fixture
def embedder(model_home: Path) -> Embedder:
    return load(PACKAGED, model_home)


def test_a_stream_gives_every_text_its_vector_once(embedder: Embedder) -> None:
    texts = [f"text number {n} " + "with more words " * (n % 7) for n in range(60)]
    found: dict[int, np.ndarray] = {}
    for places, rows in embedder.stream(texts):
        for place, row in zip(places, rows, strict=True):
            assert place not in found
            found[place] = row
    assert sorted(found) == list(range(60))
    alone = embedder.vectors(texts[:5])
    assert all(float(found[n] @ alone[n]) > AGREEMENT for n in range(5))


def test_langchain_gets_the_same_vectors(embedder: Embedder) -> None:
    behind = LangChainEmbeddings(embedder)
    assert isinstance(behind, Embeddings)
    asked = embedder.embed_query("Where is my refund?")
    assert behind.embed_query("Where is my refund?") == asked
    assert np.allclose(behind.embed_documents(["Where is my refund?"])[0], asked, atol=1e-5)


def test_a_question_is_remembered_but_not_for_ever(model_home: Path) -> None:
    embedder = load(PACKAGED, model_home)
    first = embedder.embed_query("the first of many")
    assert embedder.embed_query("the first of many") == first
    assert len(embedder._remembered) == 1
    for n in range(embedding.REMEMBERED):
        embedder._remembered[f"another {n}"] = np.zeros(embedder.dimension, np.float32)
    embedder.embed_query("one more")
    assert len(embedder._remembered) == embedding.REMEMBERED
    assert "the first of many" not in embedder._remembered


def test_the_weights_lie_beside_the_graph_and_are_mapped(embedder: Embedder) -> None:
    folder = embedder.folder
    assert (folder / "model.onnx").stat().st_size < 2**20
    assert (folder / WEIGHTS).stat().st_size > 20 * 2**20
    mapped = Path("/proc/self/maps")
    if mapped.exists():
        assert str(folder / WEIGHTS) in mapped.read_text("utf-8")


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert list(embedder.stream([])) == []
    assert embedder.vectors([]).shape == (0, embedder.dimension)


def test_the_served_graph_agrees_with_the_model(embedder: Embedder) -> None:
    if embedder.graph == "fp32":
        assert embedder.agreement == 1.0
    else:
        assert embedder.agreement >= AGREEMENT
        assert embedder.identity.startswith(embedder.graph)  # its vectors are not mixed with others


def test_a_graph_nobody_measured_stays_as_it_is(model_home: Path, tmp_path: Path) -> None:
    source = next((model_home / "models").glob("*/meta.json")).parent
    table = np.ones((40_000, 8), np.float32) / np.float32(8**0.5)
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["table", "ids"], ["rows"], axis=0),
            helper.make_node("Cast", ["mask"], ["unused"], to=TensorProto.FLOAT),
            helper.make_node("ReduceMean", ["rows"], ["vector"], axes=[1], keepdims=0),
        ],
        "tiny",
        [
            helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"]),
            helper.make_tensor_value_info("mask", TensorProto.INT64, ["batch", "length"]),
        ],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["batch", 8])],
        [helper.make_tensor("table", TensorProto.FLOAT, table.shape, table.tobytes(), raw=True)],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(made, str(tmp_path / "model.onnx"))
    (tmp_path / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    meta = (
        '{"identity": "tiny", "dimension": 8, "max_tokens": 64, "pad_id": 0, "pad_token": "[PAD]"}'
    )
    (tmp_path / "meta.json").write_text(meta, "utf-8")
    before = (tmp_path / "model.onnx").read_bytes()
    quicken(tmp_path)
    assert (tmp_path / "model.onnx").read_bytes() == before
    assert Embedder("tiny", tmp_path).graph == "fp32"
    assert {path.name for path in tmp_path.iterdir()} == {
        "model.onnx", "meta.json", "tokenizer.json",
    }  # fmt: skip


def test_the_check_texts_are_short_and_long() -> None:
    lengths = [len(text) for text in check_texts()]
    assert min(lengths) < 5
    assert max(lengths) > 400


def vectors(number: int) -> dict[bytes, np.ndarray]:
    return {hash_of(f"text {n}"): np.full(4, n, np.float32) for n in range(number)}


def test_what_was_embedded_once_is_known_to_every_process(tmp_path: Path) -> None:
    one, other = Remembered(tmp_path, "model", 4), Remembered(tmp_path, "model", 4)
    one.keep(vectors(1200))
    found = other.find([*vectors(1200), hash_of("never seen")])
    assert len(found) == 1200
    assert found[hash_of("text 7")].tolist() == [7.0] * 4
    assert other.forget_others(list(vectors(10))) == 1190
    assert len(one.find(list(vectors(1200)))) == 10
    one.close()
    other.close()


def test_models_do_not_share_vectors(tmp_path: Path) -> None:
    one, other = Remembered(tmp_path, "first", 4), Remembered(tmp_path, "second", 4)
    one.keep(vectors(1))
    assert other.find(list(vectors(1))) == {}
    one.close()
    other.close()


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    Remembered(tmp_path, "int8/4-model", 4).close()
    next(tmp_path.glob("vectors-*.db")).write_bytes(b"no database at all" * 100)
    kept = Remembered(tmp_path, "int8/4-model", 4)
    assert kept.find(list(vectors(1))) == {}
    kept.keep(vectors(1))
    assert len(kept.find(list(vectors(1)))) == 1
    kept.close()
