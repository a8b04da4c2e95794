"""A provider of both dialects on the loopback: what it answers depends on the model's name."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = ["Hel", "lo ", "there"]


class Upstream(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = []
    cancelled = threading.Event()

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        Upstream.seen.append((self.path, dict(self.headers), body))
        model = body["model"]
        if "fails" in model:
            return self.whole({"error": {"message": "nobody is well"}}, 503)
        if "refuses" in model:
            return self.whole({"error": {"message": "no such thing", "type": "invalid_request_error"}}, 400)
        if self.path.endswith("/embeddings"):
            data = [{"object": "embedding", "index": 0, "embedding": [0.5, -0.5]}]
            return self.whole({"object": "list", "model": model, "data": data,
                               "usage": {"prompt_tokens": 2, "total_tokens": 2}})
        if self.path.endswith("/count_tokens"):
            return self.whole({"input_tokens": 42})
        answers = {"/v1/chat/completions": self.openai, "/v1/responses": self.response}
        return answers.get(self.path, self.anthropic)(body)

    def openai(self, body):
        usage = {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}
        call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Rome"}'}}
        if not body.get("stream"):
            message = {"role": "assistant", "content": "".join(WORDS)}
            if body.get("tools"):
                message = {"role": "assistant", "content": None, "tool_calls": [call]}
            choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if body.get("tools") else "stop"}
            return self.whole({"id": "c1", "object": "chat.completion", "created": 1, "model": body["model"],
                               "choices": [choice], "usage": usage, "vendor_extra": {"kept": True}})

        def chunk(delta, finish=None, **more):
            choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
            return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": body["model"],
                    "choices": choices, **more}

        self.begin()
        self.frame(chunk({"role": "assistant", "content": ""}))
        if body.get("tools"):
            self.frame(chunk({"tool_calls": [{"index": 0, **call}]}))
        else:
            for word in WORDS:
                self.frame(chunk({"content": word}))
        if "hangs" in body["model"]:
            return self.hang()
        if "breaks" in body["model"]:
            return self.end()
        self.frame(chunk({}, "tool_calls" if body.get("tools") else "stop"))
        if body.get("stream_options", {}).get("include_usage"):
            self.frame(chunk(None, usage=usage))
        self.piece(b"data: [DONE]\n\n")
        self.end()

    def response(self, body):
        usage = {"input_tokens": 9, "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 0},
                 "output_tokens": 3, "output_tokens_details": {"reasoning_tokens": 1}, "total_tokens": 12}
        words = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
                 "content": [{"type": "output_text", "text": "".join(WORDS), "annotations": []}]}
        call = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "weather", "status": "completed",
                "arguments": '{"city":"Rome"}'}
        item = call if body.get("tools") else words
        response = {"id": "resp_1", "object": "response", "created_at": 1, "model": body["model"], "error": None,
                    "incomplete_details": None, "instructions": None, "metadata": {}, "temperature": 1, "top_p": 1,
                    "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "store": body["store"]}
        if not body.get("stream"):
            return self.whole({**response, "status": "completed", "output": [item], "usage": usage,
                               "vendor_extra": {"kept": True}})
        number = iter(range(100))

        def event(kind, **fields):
            self.event({"type": f"response.{kind}", "sequence_number": next(number), **fields})

        self.begin()
        event("created", response={**response, "status": "in_progress", "output": []})
        place = {"item_id": item["id"], "output_index": 0}
        if body.get("tools"):
            event("output_item.added", output_index=0, item={**call, "arguments": "", "status": "in_progress"})
            event("function_call_arguments.delta", **place, delta=call["arguments"])
        else:
            event("output_item.added", output_index=0, item={**words, "content": [], "status": "in_progress"})
            part = {"type": "output_text", "text": "", "annotations": []}
            event("content_part.added", **place, content_index=0, part=part)
            for word in WORDS:
                event("output_text.delta", **place, content_index=0, delta=word, logprobs=[])
        if "breaks" in body["model"]:
            return self.end()
        event("output_item.done", output_index=0, item=item)
        event("completed", response={**response, "status": "completed", "output": [item], "usage": usage})
        self.end()

    def anthropic(self, body):
        usage = {"input_tokens": 9, "output_tokens": 3}
        use = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Rome"}}
        reason = "tool_use" if body.get("tools") else "end_turn"
        message = {"id": "m1", "type": "message", "role": "assistant", "model": body["model"],
                   "stop_reason": None, "stop_sequence": None, "content": [], "usage": usage}
        if not body.get("stream"):
            content = [use] if body.get("tools") else [{"type": "text", "text": "".join(WORDS)}]
            return self.whole({**message, "content": content, "stop_reason": reason})
        self.begin()
        self.event({"type": "message_start", "message": {**message, "usage": {"input_tokens": 9, "output_tokens": 1}}})
        if body.get("tools"):
            self.event({"type": "content_block_start", "index": 0, "content_block": {**use, "input": {}}})
            delta = {"type": "input_json_delta", "partial_json": '{"city":"Rome"}'}
            self.event({"type": "content_block_delta", "index": 0, "delta": delta})
        else:
            self.event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
            for word in WORDS:
                delta = {"type": "text_delta", "text": word}
                self.event({"type": "content_block_delta", "index": 0, "delta": delta})
        if "breaks" in body["model"]:
            return self.end()
        self.event({"type": "content_block_stop", "index": 0})
        self.event({"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None},
                    "usage": {"output_tokens": 3}})
        self.event({"type": "message_stop"})
        self.end()

    def whole(self, body, status=200):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def begin(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def frame(self, body):
        self.piece(f"data: {json.dumps(body)}\n\n".encode())

    def event(self, body):
        self.piece(f"event: {body['type']}\ndata: {json.dumps(body)}\n\n".encode())

    def piece(self, data):
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def end(self):
        self.wfile.write(b"0\r\n\r\n")

    def hang(self):
        """Sends signs of life until the other side is gone."""
        try:
            for _ in range(200):
                time.sleep(0.05)
                self.piece(b": alive\n\n")
        except OSError:
            Upstream.cancelled.set()
        self.close_connection = True


def start():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
