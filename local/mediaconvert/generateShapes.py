"""Writes shapes.generated.json: the request shapes of AWS Elemental MediaConvert, from the model that botocore carries.

Run with the Python of the platform's virtual environment, which has botocore (MiniStack needs it):
    .local/venv/bin/python local/mediaconvert/generateShapes.py
test/mediaconvert/shapes.test.ts compares the members with the schema inside @aws-sdk/client-mediaconvert.
"""

import gzip
import json
import pathlib

import botocore

ROOTS = ["CreateJobRequest", "CreateQueueRequest", "CreateJobTemplateRequest", "ProbeRequest", "ListJobsRequest"]
LIMITS = ["min", "max", "pattern", "enum"]


def compact(shape):
    kind = shape["type"]
    if kind == "structure":
        entry = {"type": kind, "members": {}}
        for name, member in shape["members"].items():
            wire = member.get("locationName", name)
            # The validator turns wire names into the SDK's by their first letter alone.
            assert wire == name[0].lower() + name[1:], f"{name} is {wire} on the wire"
            entry["members"][wire] = member["shape"]
        required = [name[0].lower() + name[1:] for name in shape.get("required", [])]
        if required:
            entry["required"] = required
        return entry
    if kind == "list":
        return {"type": kind, "member": shape["member"]["shape"]}
    if kind == "map":
        return {"type": kind, "value": shape["value"]["shape"]}
    return {"type": kind, **{limit: shape[limit] for limit in LIMITS if limit in shape}}


def references(entry):
    if entry["type"] == "structure":
        return list(entry["members"].values())
    return [entry[key] for key in ("member", "value") if key in entry]


def main():
    path = pathlib.Path(botocore.__file__).parent / "data/mediaconvert/2017-08-29/service-2.json.gz"
    model = json.loads(gzip.decompress(path.read_bytes()))["shapes"]
    shapes, waiting = {}, list(ROOTS)
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = compact(model[name])
            waiting.extend(references(shapes[name]))
    source = f"botocore {botocore.__version__}, data/mediaconvert/2017-08-29/service-2.json.gz (Apache-2.0)"
    lines = [f"{json.dumps(name)}:{json.dumps(shapes[name], separators=(',', ':'))}" for name in sorted(shapes)]
    body = ",\n".join(lines)
    target = pathlib.Path(__file__).parent / "shapes.generated.json"
    target.write_text(f'{{"source":{json.dumps(source)},\n"shapes":{{\n{body}\n}}}}\n')


main()
