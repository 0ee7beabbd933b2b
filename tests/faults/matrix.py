"""Every fault that is done to the real thing, with how often."""

from tests.faults import (
    cancelling,
    claiming,
    cutting,
    frames,
    joining,
    killing,
    models,
    passing,
    restarts,
    slow,
    storage,
    vanishing,
)
from tests.faults.ground import Fault

FAULTS = (
    Fault("F1", "a claim is cut at any byte", cutting.claims, 48, 1),
    Fault("F1", "a message is cut at any byte", cutting.messages, 48, 1),
    Fault("F2", "many claim at once", claiming.together, 5, 1000),
    Fault("F2", "many claim at once on PostgreSQL", claiming.on_postgres, 0, 1000),
    Fault("F3", "an agent vanishes", vanishing.agents, 0, 5),
    Fault("F9", "the model stalls", models.stalls, 1, 10),
    Fault("F10", "the model's answer breaks off", models.resets, 1, 20),
    Fault("F11", "the model talks rubbish", models.rubbish, 1, 3),
    Fault("F18", "another process locks the database", storage.locked, 1, 30),
    Fault("F19", "the disk is full", storage.full, 2, 20),
    Fault("F19", "readiness tells of a full disk", storage.readiness, 0, 3),
    Fault("F19", "a small disk is full", storage.small_disk, 0, 20),
    Fault("F20", "the server is killed under load", killing.alone, 0, 10),
    Fault("F20", "one of two servers on PostgreSQL is killed", killing.of_two, 0, 200),
    Fault("F25", "database calls are cancelled", cancelling.calls, 600, 20_000),
    Fault("F26", "messages are sent many times", frames.duplicates, 40, 20_000),
    Fault("F27", "frames come in pieces and late", frames.pieces, 25, 1000),
    Fault("F28", "somebody joins while others write", joining.interleavings, 1, 4),
    Fault("F29", "typing comes in any order", passing.typing, 100, 10_000),
    Fault("F30", "the clock jumps", passing.steps, 1, 20),
    Fault("F30", "the clock jumps under a lease", passing.leases, 0, 2),
    Fault("F31", "everybody comes back at once", restarts.herd, 150, 3000),
    Fault("F32", "sockets that do not read", slow.readers, 2, 25),
    Fault("F32", "sockets never read again", slow.freed, 0, 5),
    Fault("F34", "the server dies in the middle of turns", restarts.turns, 1, 25),
    Fault("F35", "the server is restarted under load", restarts.rolling, 0, 20),
    Fault("F36", "sockets are half open", vanishing.half_open, 0, 20),
)
"""For F1 the number is the step: every so many bytes; for F20 on SQLite blocks of a
hundred kills."""
