#!/usr/bin/env python3
"""Takes the official xDS descriptors out of the xds-protos wheel.

Writes one FileDescriptorSet with the transitive closure of the files named in roots.txt, and the list of
files to generate code for. Nothing of the wheel is imported or run: each *_pb2.py carries its serialized
FileDescriptorProto as a bytes literal, which is read as data.

Usage: extract_descriptors.py WHEEL ROOTS OUT_SET OUT_LIST
"""
import ast
import sys
import zipfile


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def top_level_strings(descriptor, wanted_field):
    """The values of one length-delimited field of a FileDescriptorProto."""
    at, found = 0, []
    while at < len(descriptor):
        key, at = varint(descriptor, at)
        field, wire_type = key >> 3, key & 7
        if wire_type == 0:
            _, at = varint(descriptor, at)
        elif wire_type == 2:
            size, at = varint(descriptor, at)
            if field == wanted_field:
                found.append(descriptor[at:at + size].decode())
            at += size
        else:
            raise ValueError(f"unexpected wire type {wire_type}")
    return found


def descriptors_of(source):
    """Every bytes literal passed to AddSerializedFile in one module."""
    for node in ast.walk(ast.parse(source)):
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                and node.func.attr == "AddSerializedFile"):
            yield ast.literal_eval(node.args[0])


def read_wheel(path):
    files = {}
    with zipfile.ZipFile(path) as wheel:
        for name in wheel.namelist():
            if not name.endswith("_pb2.py"):
                continue
            for descriptor in descriptors_of(wheel.read(name)):
                files[top_level_strings(descriptor, 1)[0]] = descriptor
    return files


def closure(files, roots):
    order, seen = [], set()

    def visit(name):
        if name in seen or name.startswith("google/protobuf/"):
            return  # the well-known types come with protoc
        seen.add(name)
        if name not in files:
            raise SystemExit(f"{name}: not in the package")
        for dependency in top_level_strings(files[name], 3):
            visit(dependency)
        order.append(name)

    for root in roots:
        visit(root)
    return order


def encode_varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def main():
    wheel, roots_path, set_path, list_path = sys.argv[1:]
    files = read_wheel(wheel)
    with open(roots_path, encoding="utf-8") as text:
        roots = [line.split("#")[0].strip() for line in text]
    order = closure(files, [root for root in roots if root])
    with open(set_path, "wb") as out:
        for name in order:
            out.write(b"\x0a" + encode_varint(len(files[name])) + files[name])
    with open(list_path, "w", encoding="utf-8") as out:
        out.write("\n".join(order) + "\n")
    print(f"{len(order)} files")


if __name__ == "__main__":
    main()
