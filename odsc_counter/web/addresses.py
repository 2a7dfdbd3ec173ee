"""How keys stand in addresses."""

from werkzeug.routing import IntegerConverter, ValidationError

LARGEST_KEY = 2**31 - 1


class KeyConverter(IntegerConverter):
    """A whole number that a key can be; a larger one is an address that doesn't exist."""

    def to_python(self, value: str) -> int:
        """The key. Raises ValidationError, which makes the address unknown."""
        number: int = super().to_python(value)
        if number > LARGEST_KEY:
            raise ValidationError
        return number
