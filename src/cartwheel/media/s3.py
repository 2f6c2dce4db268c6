"""Files in one private S3 bucket. What everybody may see is below ``media/``, which CloudFront shows under
the same path; what nobody may see without a signed address is below ``incoming/`` and ``originals/``.

The bucket's CORS rule lets the shop's pages ``PUT``; its lifecycle rule may sweep ``incoming/`` as well.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

from botocore.exceptions import ClientError

from cartwheel.aws import Answer, Bucket, Client, answered, code_of
from cartwheel.media.provider import FOR_EVER, Files, Ticket
from cartwheel.storage import Unavailable

DELETED_AT_ONCE = 1000
"""Keys of one DeleteObjects."""

_FORM = "s3://bucket?endpoint=http://host:port&region=name"
_PUBLIC = "public/"
_SHOWN = "media/"


class S3(Files):
    """``url`` is ``s3://bucket``."""

    def __init__(self, url: str, region: str, endpoint: str = "") -> None:
        bucket = Bucket(url, _FORM, region, endpoint, signature_version="s3v4")
        self._bucket = bucket.name
        self._s3 = bucket.service
        self.origin = bucket.endpoint or f"https://{bucket.name}.s3.{bucket.region}.amazonaws.com"

    async def upload(self, name: str, content_type: str, size: int, lasts: timedelta) -> Ticket:
        """S3 refuses another type or number of bytes: both are part of what is signed."""
        request = {
            "Bucket": self._bucket,
            "Key": _key(name),
            "ContentType": content_type,
            "ContentLength": size,
        }
        return Ticket(await self._signed("put_object", request, lasts), {"Content-Type": content_type})

    async def form(self, name: str, content_type: str, size: int, lasts: timedelta) -> Ticket:
        """S3 refuses another type or number of bytes: the signed policy says both."""
        kind = {"Content-Type": content_type}
        with _asked():
            client = await self._s3.client()
            made = await client.generate_presigned_post(
                Bucket=self._bucket,
                Key=_key(name),
                Fields=kind,
                Conditions=[kind, ["content-length-range", size, size]],
                ExpiresIn=round(lasts.total_seconds()),
            )
        return Ticket(made["url"], fields=made["fields"])

    async def download(self, name: str, lasts: timedelta) -> str:
        return await self._signed("get_object", {"Bucket": self._bucket, "Key": _key(name)}, lasts)

    async def read(self, name: str, limit: int) -> bytes | None:
        if limit == 0:
            return b""
        request: Answer = {"Bucket": self._bucket, "Key": _key(name)}
        if limit > 0:
            request["Range"] = f"bytes=0-{limit - 1}"
        with _asked():
            client = await self._s3.client()
            try:
                found = await client.get_object(**request)
                async with found["Body"] as body:
                    return bytes(await body.read())
            except ClientError as error:
                if code_of(error) == "NoSuchKey":
                    return None
                if code_of(error) == "InvalidRange":  # it is empty
                    return b""
                raise

    async def write(self, name: str, content: bytes, content_type: str) -> None:
        kept = FOR_EVER if name.startswith(_PUBLIC) else "private, no-store"
        with _asked():
            client = await self._s3.client()
            await client.put_object(
                Bucket=self._bucket,
                Key=_key(name),
                Body=content,
                ContentType=content_type,
                CacheControl=kept,
            )

    async def delete(self, names: Sequence[str]) -> None:
        with _asked():
            await self._delete(await self._s3.client(), [_key(name) for name in names])

    async def sweep(self, prefix: str, before: datetime) -> int:
        with _asked():
            client = await self._s3.client()
            old = [key async for key, at in self._below(client, f"{_key(prefix)}/") if at < before]
            await self._delete(client, old)
        return len(old)

    async def close(self) -> None:
        await self._s3.close()

    async def _below(self, client: Client, prefix: str) -> AsyncIterator[tuple[str, datetime]]:
        request: Answer = {"Bucket": self._bucket, "Prefix": prefix}
        while True:
            page = await client.list_objects_v2(**request)
            for found in page.get("Contents", ()):
                yield found["Key"], found["LastModified"]
            if not page.get("IsTruncated"):
                return
            request["ContinuationToken"] = page["NextContinuationToken"]

    async def _delete(self, client: Client, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), DELETED_AT_ONCE):
            objects = [{"Key": key} for key in keys[start : start + DELETED_AT_ONCE]]
            answer = await client.delete_objects(
                Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True}
            )
            for error in answer.get("Errors", ()):
                raise Unavailable(f"S3 did not delete {error.get('Key')}: {error.get('Code')}")

    async def _signed(self, operation: str, request: Answer, lasts: timedelta) -> str:
        """Made here: nothing is asked of S3 for it."""
        with _asked():
            client = await self._s3.client()
            return str(
                await client.generate_presigned_url(
                    operation, Params=request, ExpiresIn=round(lasts.total_seconds())
                )
            )


def arrived(told: Mapping[str, Any]) -> Iterator[str]:
    """The names of files that have arrived, from a notification of the bucket; none from a trial of it."""
    for record in told.get("Records", ()):
        yield unquote_plus(record["s3"]["object"]["key"])


@contextmanager
def _asked() -> Iterator[None]:
    """Raises ``Unavailable`` for whatever S3 refuses as well: no permission, no bucket."""
    try:
        with answered(Unavailable):
            yield
    except ClientError as error:
        raise Unavailable(str(error)) from error


def _key(name: str) -> str:
    return _SHOWN + name.removeprefix(_PUBLIC) if name.startswith(_PUBLIC) else name
