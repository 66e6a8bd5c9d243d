"""Runs program.py against Pulumi's own mocks and prints what it registered, one JSON document a line."""
import json
import pathlib

import pulumi


class Recorder(pulumi.runtime.Mocks):
    def new_resource(self, args):
        print(json.dumps({"type": args.typ, "name": args.name, "inputs": args.inputs}))
        outputs = {"accessLogBucketArn": "arn:aws:s3:::logs", "mediaKeyArn": "media", "mediaReplicaKeyArn": "replica"}
        return [args.name, {**args.inputs, **outputs}]

    def call(self, args):
        return {}


pulumi.runtime.set_mocks(Recorder(), project="acme", stack="dev")


@pulumi.runtime.test
def program():
    source = pathlib.Path(__file__).with_name("program.py").read_text()
    exec(compile(source, "program.py", "exec"), {})


program()
