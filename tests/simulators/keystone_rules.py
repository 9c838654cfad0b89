# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of bodies in the simulated Keystone, with its error texts (5, 6, 8, and the notes of
9)."""

from __future__ import annotations

import contextlib
import datetime
import decimal
import hashlib
import json
import mimetypes
import pathlib
import re
import secrets
import string
import unicodedata
from collections.abc import Callable
from typing import Any

from .keystone_call import Body, Call, RefusedError, Upload
from .keystone_schema import CALLER, Field, Record, Resource
from .keystone_store import Store

UPLOAD_MOST = 2621440
TYPES_BY_SUFFIX = {
    ".pdf": "application/pdf",
    ".rtf": "application/rtf",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".latex": "application/x-latex",
    ".tex": "application/x-tex",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".rtx": "text/richtext",
    ".csv": "text/csv",
    ".png": "image/png",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".tiff": "image/tiff",
    ".bmp": "image/bmp",
}
"""Tables of media types differ between systems; these are the server's."""
FILE_TYPES = tuple(TYPES_BY_SUFFIX.values())
LARGEST = 9223372036854775807
COMMON_PASSWORDS = frozenset(
    "password password1 password123 qwertyuiop iloveyou sunshine princess football baseball"
    " 12345678 123456789 1234567890".split()
)
TRUE, FALSE = (
    (True, 1, "t", "y", "yes", "true", "on", "1"),
    (False, 0, "f", "n", "no", "false", "off", "0"),
)
NULL = "This field may not be null."
REQUIRED = "This field is required."
_MISSING = object()


class InvalidValueError(Exception):
    """A value that a field does not accept."""


def _text(field: Field, value: Any, dummy: Store) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise InvalidValueError("Not a valid string.")
    text = str(value).strip()
    if not text and not (field.blank or field.null):
        raise InvalidValueError("This field may not be blank.")
    if "\0" in text:
        raise InvalidValueError("Null characters are not allowed.")
    if field.most is not None and len(text) > field.most:
        raise InvalidValueError(f"Ensure this field has no more than {field.most} characters.")
    return text


def _username(field: Field, value: Any, store: Store) -> str:
    text = _text(field, value, store)
    if not re.fullmatch(r"[\w.@+-]+", text):
        raise InvalidValueError(
            "Enter a valid username. This value may contain only letters, numbers, and"
            " @/./+/-/_ characters."
        )
    return text


def _email(field: Field, value: Any, store: Store) -> str:
    text = _text(field, value, store)
    if text and not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+|[^@\s]+@localhost", text):
        raise InvalidValueError("Enter a valid email address.")
    return text


def _choice(field: Field, value: Any, dummy: Store) -> str:
    if not isinstance(value, (str, int)) or str(value) not in (field.choices or {}):
        raise InvalidValueError(f'"{value}" is not a valid choice.')
    return str(value)


def _flag(dummy: Field, value: Any, dummy_store: Store) -> bool:
    known = value.lower() if isinstance(value, str) else value
    if isinstance(known, (str, bool, int)):
        if known in TRUE:
            return True
        if known in FALSE:
            return False
    raise InvalidValueError("Must be a valid boolean.")


def _whole(dummy: Field, value: Any, dummy_store: Store) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"[+-]?\d+(\.0*)?", str(value).strip()):
        raise InvalidValueError("A valid integer is required.")
    number = int(str(value).strip().partition(".")[0])
    if number < 0:
        raise InvalidValueError("Ensure this value is greater than or equal to 0.")
    if number > LARGEST:
        raise InvalidValueError(f"Ensure this value is less than or equal to {LARGEST}.")
    return number


def _money(dummy: Field, value: Any, dummy_store: Store) -> str:
    try:
        number = decimal.Decimal(str(value).strip())
    except decimal.InvalidOperation:
        raise InvalidValueError("A valid number is required.") from None
    if not number.is_finite():
        raise InvalidValueError("A valid number is required.")
    dummy_sign, digits, exponent = number.as_tuple()
    places = max(0, -int(exponent))
    before = max(0, len(digits) + int(exponent))
    if before + places > 14:
        raise InvalidValueError("Ensure that there are no more than 14 digits in total.")
    if places > 2:
        raise InvalidValueError("Ensure that there are no more than 2 decimal places.")
    if before > 12:
        raise InvalidValueError(
            "Ensure that there are no more than 12 digits before the decimal point."
        )
    return f"{number:.2f}"


def _date(dummy: Field, value: Any, dummy_store: Store) -> str:
    match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", value) if isinstance(value, str) else None
    with contextlib.suppress(ValueError):
        if match:
            return datetime.date(*map(int, match.groups())).isoformat()
    raise InvalidValueError("Date has wrong format. Use one of these formats instead: YYYY-MM-DD.")


def _key(field: Field, value: Any, store: Store) -> int:
    if value == "":
        raise InvalidValueError(NULL)
    value = int(value) if isinstance(value, float) else value
    if isinstance(value, (bool, list, dict, Upload)) or not re.fullmatch(
        r"\s*-?\d+\s*", str(value)
    ):
        raise InvalidValueError(
            f"Incorrect type. Expected pk value, received {type(value).__name__}."
        )
    if store.get(field.to, int(value)) is None:
        raise InvalidValueError(f'Invalid pk "{value}" - object does not exist.')
    return int(value)


def _keys(field: Field, value: Any, store: Store) -> list[int]:
    if not isinstance(value, list):
        raise InvalidValueError(f'Expected a list of items but got type "{type(value).__name__}".')
    return sorted({_key(field, item, store) for item in value})


def _json(dummy: Field, value: Any, dummy_store: Store) -> Any:
    return value


def _file(field: Field, value: Any, dummy: Store) -> Upload:
    if not isinstance(value, Upload):
        raise InvalidValueError(
            "The submitted data was not a file. Check the encoding type on the form."
        )
    if not value.content:
        raise InvalidValueError("The submitted file is empty.")
    if field.most is not None and len(value.filename) > field.most:
        raise InvalidValueError(
            f"Ensure this filename has at most {field.most} characters"
            f" (it has {len(value.filename)})."
        )
    if len(value.content) > UPLOAD_MOST:
        raise InvalidValueError("File size should not exceed 2.50 MB.")
    suffix = pathlib.PurePosixPath(value.filename.lower()).suffix
    kind = TYPES_BY_SUFFIX.get(suffix) or mimetypes.guess_type(value.filename)[0]
    if kind is None:
        raise InvalidValueError("File type could not be resolved.")
    if suffix in (".exe", ".com", ".bat", ".dll"):
        kind = "application/x-msdos-program"
    if kind not in FILE_TYPES:
        raise InvalidValueError(f"File type '{kind}' is not allowed.")
    return value


READERS: dict[str, Callable[[Field, Any, Store], Any]] = {
    "text": _text,
    "username": _username,
    "email": _email,
    "choice": _choice,
    "flag": _flag,
    "whole": _whole,
    "money": _money,
    "date": _date,
    "fk": _key,
    "one": _key,
    "many": _keys,
    "json": _json,
    "file": _file,
}


def validated(store: Store, resource: Resource, call: Call, old: Record | None) -> Record:
    """Return the values that a body sets.

    Args:
        old: The record that is changed; `None` for a create.

    Raises:
        RefusedError: 400 with every bad field.
    """
    body = call.body
    if not isinstance(body.data, dict):
        raise RefusedError(
            400,
            {
                "non_field_errors": [
                    f"Invalid data. Expected a dictionary, but got {type(body.data).__name__}."
                ]
            },
        )
    partial = call.method == "PATCH"
    errors: dict[str, list[str]] = {}
    values: Record = {}
    for field in resource.writable(staff=call.caller["is_staff"]):
        value = _value_in_body(field, body, partial)
        if value is _MISSING and old is None and field.default is CALLER:
            value = call.caller["id"]
        try:
            if value is not _MISSING:
                values[field.name] = _read(store, resource, field, value, old)
            elif field.required and not partial:
                raise InvalidValueError(
                    "No file was submitted." if field.kind == "file" else REQUIRED
                )
        except InvalidValueError as problem:
            errors[field.name] = [str(problem)]
    if errors:
        raise RefusedError(400, errors)
    if old is None:
        values = {**_defaults(resource), **values}
    SPECIAL_RULES.get(resource.model, _no_special_rules)(store, call, old, values)
    _together(store, resource, old, values)
    return values


def _value_in_body(field: Field, body: Body, partial: bool) -> Any:
    if not body.form:
        return body.data.get(field.name, _MISSING)
    if field.name not in body.data:
        # A form cannot express false or an empty list; a missing field means that, except in PATCH
        # (3).
        return _MISSING if partial else {"flag": False, "many": []}.get(field.kind, _MISSING)
    sent = body.data[field.name]
    if field.kind == "many":
        return sent
    if sent[-1] == "" and (field.null or not field.required):
        return (
            "" if field.kind in ("text", "email", "username") else None if field.null else _MISSING
        )
    if field.kind == "json":
        try:
            return json.loads(sent[-1])
        except ValueError:
            raise RefusedError(400, {field.name: ["Value must be valid JSON."]}) from None
    return sent[-1]


def _read(store: Store, resource: Resource, field: Field, value: Any, old: Record | None) -> Any:
    if value is None:
        if field.null:
            return None
        raise InvalidValueError(NULL)
    value = READERS[field.kind](field, value, store)
    if (
        (field.unique or field.kind == "one")
        and value != ""
        and not (resource.model == "Team" and old)
    ):
        holder = store.with_value(resource.model, field.name, value)
        if holder is not None and (old is None or holder["id"] != old["id"]):
            raise InvalidValueError(
                f"{resource.model.lower()} with this {field.name} already exists."
            )
    return value


def _defaults(resource: Resource) -> Record:
    return {field.name: field.initial() for field in resource.fields}


def _together(store: Store, resource: Resource, old: Record | None, values: Record) -> None:
    if resource.together:
        first, *dummy = resource.together
        wanted = {**(old or {}), **values}
        to = next(field.to for field in resource.fields if field.name == first)
        for other in store.referring(to, wanted[first], resource.model, first):
            if (old is None or other["id"] != old["id"]) and all(
                other[name] == wanted[name] for name in resource.together
            ):
                raise RefusedError(
                    400,
                    {
                        "non_field_errors": [
                            f"The fields {', '.join(resource.together)} must make a unique set."
                        ]
                    },
                )


# The notes of 9


def _no_special_rules(
    dummy_store: Store, dummy_call: Call, dummy_old: Record | None, dummy_values: Record
) -> None:
    pass


def _team(store: Store, call: Call, old: Record | None, values: Record) -> None:
    if old is not None:
        values.pop("name", None)
        if call.method == "PUT":
            values.setdefault("is_active", True)
        return
    values["slug"] = slug(values["name"])
    if store.with_value("Team", "slug", values["slug"]):
        raise RefusedError(400, {"name": ["A team with this name already exists."]})


def _user(store: Store, dummy: Call, old: Record | None, values: Record) -> None:
    if "password" in values:
        problems = password_problems(values["password"])
        if problems:
            raise RefusedError(400, {"non_field_errors": problems})
        values["password"] = password_hash(values["password"])
    if old is None:
        values["date_joined"] = store.moment()


def _request(store: Store, dummy: Call, old: Record | None, values: Record) -> None:
    if old is None:
        values["submitted"] = store.moment()


def _review(store: Store, call: Call, old: Record | None, values: Record) -> None:
    if values.get("reviewer", call.caller["id"]) != call.caller["id"]:
        raise RefusedError(
            400, {"reviewer": ["Reviewer cannot be set to a different user than the submitter."]}
        )
    if old is None:
        values["submitted"] = store.moment()


def _comment(store: Store, call: Call, old: Record | None, values: Record) -> None:
    if values.get("private") and not call.caller["is_staff"]:
        raise RefusedError(
            400, {"private": ["Only staff users can write comments marked as private."]}
        )
    if old is None:
        values["created"] = store.moment()
    elif call.method == "PUT":
        values.setdefault("user", call.caller["id"])


def _preference(dummy_store: Store, call: Call, dummy_old: Record | None, values: Record) -> None:
    user = values.get("user", call.caller["id"])
    if user != call.caller["id"] and not call.caller["is_staff"]:
        text = "User field cannot be set to a different user than the request submitter."
        raise RefusedError(400, {"user": [text]})


def _attachment(store: Store, dummy: Call, old: Record | None, values: Record) -> None:
    values["uploaded"] = store.moment()
    upload = values.get("file")
    if upload is not None:
        values["file"] = stored_name(upload.filename, store.files)
        store.files.add(values["file"])
        if old is None and not values["name"]:
            values["name"] = upload.filename


SPECIAL_RULES: dict[str, Callable[[Store, Call, Record | None, Record], None]] = {
    "Team": _team,
    "User": _user,
    "AllocationRequest": _request,
    "AllocationReview": _review,
    "Comment": _comment,
    "Attachment": _attachment,
    "Preference": _preference,
}


def slug(name: str) -> str:
    """Return a name as part of a URL; a name of symbols only is empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain)).strip("-_")


def stored_name(filename: str, taken: set[str]) -> str:
    """Return the path of a stored file; an existing name gets a random suffix."""
    path = pathlib.PurePosixPath(re.sub(r"[^-\w.]", "", filename.strip().replace(" ", "_")))
    name = f"allocations/{path}"
    while name in taken:
        suffix = "".join(secrets.choice(string.ascii_letters + string.digits) for dummy in range(7))
        name = f"allocations/{path.stem}_{suffix}{path.suffix}"
    return name


def password_problems(password: str) -> list[str]:
    """Return the reasons why the server refuses a password."""
    checks = (
        (len(password) < 8, "This password is too short. It must contain at least 8 characters."),
        (password.lower() in COMMON_PASSWORDS, "This password is too common."),
        (password.isdigit(), "This password is entirely numeric."),
    )
    return [text for wrong, text in checks if wrong]


def password_hash(password: str, salt: str | None = None) -> str:
    """Return the stored form of a password: the server's form, without its cost."""
    salt = salt or secrets.token_hex(11)
    digest = hashlib.sha256(f"{salt}{password}".encode()).hexdigest()
    return f"pbkdf2_sha256$1000000${salt}${digest[:44]}"


def matches_password(password: str, stored: str) -> bool:
    """Tell whether a password is the one that was stored."""
    return secrets.compare_digest(password_hash(password, stored.split("$")[2]), stored)
