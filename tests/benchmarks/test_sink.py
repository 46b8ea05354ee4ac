import subprocess
import sys

import aiosmtplib
import pytest

from benchmarks.journeys import Failed
from benchmarks.sign_in import code_in
from benchmarks.sink import Asked
from events.core.embedded import leash

MAIL = b"Subject: Your code\r\nContent-Type: text/plain\r\n\r\nIt is 123 456.\r\n..dotted\r\n"


async def test_the_sink_takes_mails_counts_them_and_finds_the_newest() -> None:
    sink = leash.spawn([sys.executable, "-m", "benchmarks.sink"], output=subprocess.PIPE)
    try:
        assert sink.stdout is not None
        port = int(sink.stdout.readline())
        smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=port)
        await smtp.connect()
        await smtp.sendmail("a@example.org", "Ada@example.org", b"Subject: old\r\n\r\nfirst\r\n")
        await smtp.sendmail("a@example.org", "ada@example.org", MAIL)
        await smtp.sendmail("a@example.org", "alan@example.org", b"Subject: x\r\n\r\nother\r\n")
        await smtp.quit()
        asked = Asked(port)

        found = asked.find("ada@example.org")

        assert asked.count() == 3
        assert found is not None
        assert code_in(found) == "123456"
        assert asked.find("nobody@example.org") is None
        asked.close()
    finally:
        sink.terminate()
        sink.wait()
        if sink.stdout is not None:
            sink.stdout.close()


def test_a_mail_without_digits_has_no_code() -> None:
    with pytest.raises(Failed):
        code_in(b"Subject: x\r\n\r\nnothing 12\r\n")
