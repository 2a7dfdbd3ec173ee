"""Of no file more than its limit is ever kept, however much is sent."""

from odsc_counter.web.body_limits import IN_MEMORY, MEGABYTE, CappedFile


def test_a_hundred_megabytes_leave_one_byte_more_than_the_limit() -> None:
    piece = bytes(64 * 1024)
    with CappedFile(2 * MEGABYTE) as file:
        for _piece in range(100 * MEGABYTE // len(piece)):
            assert file.write(piece) == len(piece)
        file.seek(0, 2)
        assert file.tell() == 2 * MEGABYTE + 1


def test_what_is_within_the_limit_is_kept_as_it_came() -> None:
    for size in (1, IN_MEMORY - 1, IN_MEMORY + 1, 2 * MEGABYTE):
        content = (bytes(range(256)) * (size // 256 + 1))[:size]
        with CappedFile(2 * MEGABYTE) as file:
            file.write(content)
            file.seek(0)
            assert file.read() == content
