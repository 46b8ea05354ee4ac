"""A frab programme file as another conference would send it, made here: every clone can import it."""

import uuid
from datetime import datetime, timedelta
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


def write(rooms: int, days: int, start: str = "2027-02-06") -> str:
    """`rooms` times `days` times eight sessions of 50 minutes, in frab's schedule.xml."""
    first = datetime.fromisoformat(start).replace(tzinfo=BRUSSELS)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<schedule><version>1</version><conference>'
        f"<acronym>imported</acronym><title>An Imported Conference</title><start>{start}</start>"
        f"<end>{first + timedelta(days=days - 1):%Y-%m-%d}</end><days>{days}</days>"
        "<timeslot_duration>00:05</timeslot_duration><time_zone_name>Europe/Brussels</time_zone_name></conference>"
    ]
    number = 0
    for day in range(days):
        date = first + timedelta(days=day)
        begins, ends = date.replace(hour=9), date.replace(hour=20)
        parts.append(
            f'<day index="{day + 1}" date="{date:%Y-%m-%d}" start="{begins.isoformat()}" end="{ends.isoformat()}">'
        )
        for room in range(1, rooms + 1):
            parts.append(f'<room name="Room {room}">')
            for slot in range(8):
                number += 1
                starts = begins + timedelta(hours=slot)
                parts.append(
                    f'<event guid="{uuid.uuid5(uuid.NAMESPACE_URL, str(number))}" id="{number}">'
                    f"<date>{starts.isoformat()}</date><start>{starts:%H:%M}</start><duration>00:50</duration>"
                    f"<room>Room {room}</room><title>{escape(f'Session {number} in Room {room}')}</title><subtitle/>"
                    f"<track>Track {room % 3}</track><type>talk</type><language>en</language>"
                    f"<abstract>What session {number} is about.</abstract><description/>"
                    f'<persons><person id="{number}">Speaker {number}</person></persons><links/></event>'
                )
            parts.append("</room>")
        parts.append("</day>")
    return "".join(parts) + "</schedule>"
