"""What a build costs beside the model alone, which is what no build can beat."""

import tempfile
import time
from pathlib import Path
from typing import Any

from retrieval.embedding import Embedder
from tests.bench import homes, texts


class Watched(Embedder):
    """Remembers what it was asked to read."""

    def __init__(self, *words: Any) -> None:
        super().__init__(*words)
        self.read: list[str] = []

    def vectors(self, texts: Any) -> Any:
        """As the model's."""
        self.read += texts
        return super().vectors(texts)

    def stream(self, texts: Any) -> Any:
        """As the model's."""
        self.read += texts
        return super().stream(texts)


def beside_the_model(count: int, place: Path, models: Path) -> Any:
    """Seconds per 1,000 passages of a build, and of the model reading the same texts alone.

    The model reads before and after the build, so that a machine that grows slower meanwhile
    does not decide the comparison. Both use every core.
    """
    folder = homes.model(models)
    watched = Watched(homes.PACKAGED, folder)
    with homes.built(place / f"build-{count}", models, texts.documents(count), watched) as home:
        during = watched.read
    bare = Embedder(homes.PACKAGED, folder)
    after = _seconds(bare, during)
    with homes.built(place / f"again-{count}", models, texts.documents(count), bare) as again:
        build = (home.build_s + again.build_s) / 2
    alone = (after + _seconds(bare, during)) / 2
    per_thousand = 1000 / home.passages
    return {
        "passages": home.passages,
        "texts_read": len(during),
        "build_s_per_1000": build * per_thousand,
        "model_s_per_1000": alone * per_thousand,
        "share_of_bare_throughput": alone / build,
    }


def _seconds(bare: Embedder, read: list[str]) -> float:
    started = time.perf_counter()
    for _ in bare.stream(read):
        pass
    return time.perf_counter() - started


def main() -> None:
    """`python -m tests.bench.building`"""
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as made:
        print(beside_the_model(500, Path(made), Path(made)))


if __name__ == "__main__":
    main()
