"""A collector that decodes requests by the definitions of opentelemetry-proto, and prints them.

The first line is the port. Each further one is a request: its path, its headers, and the message in the form
that the definitions give it. A request that they reject gets status 400.
"""

import base64
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google.protobuf import json_format
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces

REQUESTS = {
    "/v1/traces": (traces.ExportTraceServiceRequest, traces.ExportTraceServiceResponse),
    "/v1/metrics": (metrics.ExportMetricsServiceRequest, metrics.ExportMetricsServiceResponse),
}


def with_base64(value):
    """Replaces ids, which OTLP writes as hexadecimal digits, by base64 as Protobuf writes bytes."""
    if isinstance(value, list):
        return [with_base64(item) for item in value]
    if not isinstance(value, dict):
        return value
    fields = {}
    for name, item in value.items():
        if name in ("traceId", "spanId", "parentSpanId"):
            raw = bytes.fromhex(item)
            assert len(raw) in ((16,) if name == "traceId" else (8, 0)), (name, item)
            item = base64.b64encode(raw).decode()
        fields[name] = with_base64(item)
    return fields


class Collector(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        kind, answer = REQUESTS[self.path]
        try:
            if self.headers["content-type"] == "application/json":
                message = json_format.ParseDict(with_base64(json.loads(body)), kind())
                reply = json_format.MessageToJson(answer()).encode()
            else:
                message = kind.FromString(body)
                reply = answer().SerializeToString()
            status = 200
        except Exception as error:  # The test shows it.
            message, status, reply = None, 400, b""
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        # Before the response, so that lines are in the order of the requests.
        if message is not None:
            line = {
                "path": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "message": json_format.MessageToDict(message),
            }
            print(json.dumps(line), flush=True)
        self.send_response(status)
        self.send_header("content-type", self.headers["content-type"])
        self.send_header("content-length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
print(server.server_port, flush=True)
server.serve_forever()
