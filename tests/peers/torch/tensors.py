"""Just enough of safetensors for the comparison: contiguous float32 and int64 tensors."""
import json
import struct

import torch

TYPES = {"F32": torch.float32, "I64": torch.int64}
NAMES = {dtype: name for name, dtype in TYPES.items()}


def read(path):
    with open(path, "rb") as file:
        content = bytearray(file.read())
    length, = struct.unpack_from("<Q", content)
    header = json.loads(content[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        count = (end - begin) // (8 if entry["dtype"] == "I64" else 4)
        flat = torch.frombuffer(content, dtype=TYPES[entry["dtype"]], count=count, offset=8 + length + begin)
        # Memory of its own, aligned as PyTorch aligns it.
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors


def write(path, tensors):
    header, blobs, end = {}, [], 0
    for name in sorted(tensors, key=lambda n: (-tensors[n].element_size(), n)):
        raw = tensors[name].detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": NAMES[tensors[name].dtype], "shape": list(tensors[name].shape), "data_offsets": [end, end + len(raw)]}
        blobs.append(raw)
        end += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))
