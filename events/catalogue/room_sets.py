"""How a room can be set, and what can stand in it: the words of the trade."""

from events.core.locales import Lazy, lazy

SETS: dict[str, Lazy] = {
    "theatre": lazy("Theatre"),
    "classroom": lazy("Classroom"),
    "rounds": lazy("Rounds"),
    "boardroom": lazy("Boardroom"),
    "u_shape": lazy("U-shape"),
    "hollow_square": lazy("Hollow square"),
    "reception": lazy("Reception, standing"),
    "exhibit": lazy("Tables for exhibits or posters"),
}

EQUIPMENT: dict[str, Lazy] = {
    "projector": lazy("Projector and screen"),
    "microphone": lazy("Microphone"),
    "panel_microphones": lazy("Microphones for a panel"),
    "floor_microphone": lazy("Microphone for the audience"),
    "sound": lazy("Sound from a laptop"),
    "laptop": lazy("Laptop"),
    "internet": lazy("Wired internet"),
    "recording": lazy("Recording"),
    "livestream": lazy("Live stream"),
    "flipchart": lazy("Flip chart"),
    "captions_screen": lazy("Screen for captions"),
}
