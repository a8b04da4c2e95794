"""The vendors' own clients against the server, with a provider double behind it.

What they are asked is what their users ask: whole answers, streams, tools, errors, broken streams, cancelling.

Usage: run.py BLOXSERVER
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import anthropic
import openai

import upstream

TOOL = {"name": "weather", "description": "The weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}
ASK = [{"role": "user", "content": "Hello"}]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class House:
    """A server of its own, whose providers are all the double."""

    def __init__(self, binary, folder):
        self.provider = upstream.start()
        base = f"http://127.0.0.1:{self.provider.server_address[1]}/v1"
        config = Path(folder) / "models.toml"
        config.write_text(f"""
[providers.openai]
base_url = "{base}"
prefixes = ["gpt", "text-embedding"]
idle_ms = 2000
[providers.anthropic]
base_url = "{base}"
[providers.house]
base_url = "{base}"
prefixes = ["house"]
[aliases]
smart = ["gpt-fails", "claude-x"]
[tiers.free]
requests_per_minute = 1000
tokens_per_minute = 1000000
concurrency = 50
""")
        self.url = f"http://127.0.0.1:{free_port()}"
        keep = ("PATH", "HOME", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR")
        env = {name: os.environ[name] for name in keep if name in os.environ}
        env |= {"PORT": self.url.rsplit(":", 1)[1], "BLOX_DATA_DIR": folder, "LLM_CONFIG": str(config),
                "OPENAI_API_KEY": "platform-openai-key", "ANTHROPIC_API_KEY": "platform-anthropic-key",
                "RUST_LOG": "warn"}
        made = subprocess.run([binary, "token", "create", "--email", "ann@example.com"], env=env, check=True,
                              capture_output=True, text=True)
        self.token = next(word for word in (made.stdout + made.stderr).split() if word.startswith("blx_"))
        self.process = subprocess.Popen([binary, "serve"], env=env)
        self.wait()
        self.openai = openai.OpenAI(base_url=f"{self.url}/v1", api_key=self.token, max_retries=0)
        self.anthropic = anthropic.Anthropic(base_url=self.url, api_key=self.token, max_retries=0)

    def wait(self):
        for _ in range(200):
            try:
                return urllib.request.urlopen(f"{self.url}/health/ready").read()
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the server did not start")

    def get(self, path):
        request = urllib.request.Request(self.url + path, headers={"authorization": f"Bearer {self.token}"})
        return json.load(urllib.request.urlopen(request))

    def close(self):
        self.process.terminate()
        self.process.wait(30)


def openai_whole(house):
    answer = house.openai.chat.completions.create(model="gpt-x", messages=ASK)
    assert answer.choices[0].message.content == "Hello there" and answer.usage.total_tokens == 12
    assert answer.model_extra["vendor_extra"] == {"kept": True}, "unknown fields survive"
    path, headers, _ = upstream.Upstream.seen[-1]
    assert path == "/v1/chat/completions" and headers["authorization"] == "Bearer platform-openai-key"


def openai_stream(house):
    for wish, usages in [({}, 0), ({"stream_options": {"include_usage": True}}, 1)]:
        chunks = list(house.openai.chat.completions.create(model="gpt-x", messages=ASK, stream=True, **wish))
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        assert text == "Hello there", text
        assert sum(chunk.usage is not None for chunk in chunks) == usages


def openai_tools(house):
    for model in ("gpt-x", "claude-x"):
        tools = [{"type": "function", "function": TOOL}]
        answer = house.openai.chat.completions.create(model=model, messages=ASK, tools=tools)
        call = answer.choices[0].message.tool_calls[0]
        assert (call.function.name, json.loads(call.function.arguments)) == ("weather", {"city": "Rome"})
        with house.openai.chat.completions.stream(model=model, messages=ASK, tools=tools) as stream:
            final = stream.get_final_completion()
        call = final.choices[0].message.tool_calls[0]
        assert json.loads(call.function.arguments) == {"city": "Rome"}, final


def openai_embeddings(house):
    answer = house.openai.embeddings.create(model="text-embedding-3-small", input="hello", encoding_format="float")
    assert answer.data[0].embedding == [0.5, -0.5]


def openai_models(house):
    assert "echo" in [model.id for model in house.openai.models.list()]
    assert house.openai.models.retrieve("gpt-4o").owned_by == "openai"


def openai_errors(house):
    for wrong, expected in [
        (dict(model="nobody-has-it", messages=ASK), openai.NotFoundError),
        (dict(model="gpt-x", messages=[]), openai.BadRequestError),
        (dict(model="gpt-refuses", messages=ASK), openai.BadRequestError),
    ]:
        try:
            house.openai.chat.completions.create(**wrong)
            raise SystemExit(f"{wrong} was not refused")
        except expected as error:
            assert "platform" not in str(error)
    try:
        openai.OpenAI(base_url=f"{house.url}/v1", api_key="blx_wrong", max_retries=0).models.list()
        raise SystemExit("a wrong token was taken")
    except openai.AuthenticationError:
        pass


def openai_broken_stream(house):
    for model in ("gpt-breaks", "claude-breaks"):
        try:
            chunks = []
            for chunk in house.openai.chat.completions.create(model=model, messages=ASK, stream=True):
                chunks.append(chunk)
            raise SystemExit("a broken stream looked whole")
        except openai.APIError as error:
            assert "broke off" in str(error), error
            assert chunks and not any(chunk.choices and chunk.choices[0].finish_reason for chunk in chunks)


def openai_cancel(house):
    stream = house.openai.chat.completions.create(model="gpt-hangs", messages=ASK, stream=True)
    next(iter(stream))
    stream.close()
    assert upstream.Upstream.cancelled.wait(5), "the provider was not told that the client left"


def responses_whole(house):
    for model in ("gpt-x", "house-x", "claude-x"):
        answer = house.openai.responses.create(model=model, input="Hello", instructions="Be brief.")
        assert answer.output_text == "Hello there" and answer.usage.total_tokens == 12, answer
        assert answer.status == "completed" and answer.store is False
    asked = [(path, body.get("store")) for path, _, body in upstream.Upstream.seen[-3:]]
    assert asked == [("/v1/responses", False), ("/v1/chat/completions", None), ("/v1/messages", None)], asked
    answer = house.openai.responses.create(model="gpt-x", input="Hello")
    assert answer.model_extra["vendor_extra"] == {"kept": True}, "unknown fields survive"
    assert answer.usage.input_tokens_details.cached_tokens == 4


def responses_stream(house):
    for model in ("gpt-x", "house-x", "claude-x"):
        events = list(house.openai.responses.create(model=model, input=ASK, stream=True))
        text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        assert text == "Hello there" and events[0].type == "response.created", events
        last = events[-1]
        assert last.type == "response.completed" and last.response.output_text == "Hello there"
        assert [event.sequence_number for event in events] == list(range(len(events)))
        with house.openai.responses.stream(model=model, input=ASK) as stream:
            list(stream)
            assert stream.get_final_response().output_text == "Hello there"


def responses_tools(house):
    tools = [{"type": "function", "strict": False, **TOOL}]
    for model in ("gpt-x", "house-x", "claude-x"):
        answer = house.openai.responses.create(model=model, input=ASK, tools=tools)
        call = answer.output[0]
        assert (call.name, json.loads(call.arguments)) == ("weather", {"city": "Rome"}), answer
        result = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
        told = house.openai.responses.create(model=model, input=[*ASK, *answer.output, result])
        assert told.output_text == "Hello there"
        with house.openai.responses.stream(model=model, input=ASK, tools=tools) as stream:
            list(stream)
            call = stream.get_final_response().output[0]
        assert json.loads(call.arguments) == {"city": "Rome"}, call


def responses_errors(house):
    for wrong, field in [
        (dict(model="gpt-x", input="Hello", previous_response_id="resp_1"), "previous_response_id"),
        (dict(model="gpt-x", input="Hello", store=True), "store"),
        (dict(model="house-x", input="Hello", tools=[{"type": "web_search"}]), "tools[0]"),
        (dict(model="claude-x", input="Hello", text={"format": {"type": "json_object"}}), "text.format"),
    ]:
        try:
            house.openai.responses.create(**wrong)
            raise SystemExit(f"{wrong} was not refused")
        except openai.BadRequestError as error:
            assert error.param == field, error
    for model in ("gpt-breaks", "house-breaks", "claude-breaks"):
        try:
            kinds = []
            for event in house.openai.responses.create(model=model, input="Hello", stream=True):
                kinds.append(event.type)
            raise SystemExit("a broken stream looked whole")
        except openai.APIError as error:
            assert "broke off" in str(error) and "response.completed" not in kinds and kinds, error


def anthropic_whole(house):
    answer = house.anthropic.messages.create(model="claude-x", max_tokens=50, messages=ASK)
    assert answer.content[0].text == "Hello there" and answer.usage.output_tokens == 3
    path, headers, _ = upstream.Upstream.seen[-1]
    headers = {name.lower(): value for name, value in headers.items()}
    assert path == "/v1/messages" and headers["x-api-key"] == "platform-anthropic-key"


def anthropic_stream(house):
    for model in ("claude-x", "gpt-x"):
        with house.anthropic.messages.stream(model=model, max_tokens=50, messages=ASK) as stream:
            assert "".join(stream.text_stream) == "Hello there"
            final = stream.get_final_message()
        assert final.stop_reason == "end_turn" and final.usage.output_tokens == 3, final


def anthropic_tools(house):
    tool = {"name": TOOL["name"], "description": TOOL["description"], "input_schema": TOOL["parameters"]}
    for model in ("claude-x", "gpt-x"):
        ask = dict(model=model, max_tokens=50, messages=ASK, tools=[tool])
        answer = house.anthropic.messages.create(**ask)
        assert (answer.content[0].name, answer.content[0].input) == ("weather", {"city": "Rome"})
        with house.anthropic.messages.stream(**ask) as stream:
            final = stream.get_final_message()
        assert final.content[0].input == {"city": "Rome"} and final.stop_reason == "tool_use", final


def anthropic_counts(house):
    assert house.anthropic.messages.count_tokens(model="claude-x", messages=ASK).input_tokens == 42
    assert house.anthropic.messages.count_tokens(model="gpt-x", messages=ASK).input_tokens > 5


def anthropic_errors(house):
    for wrong, expected in [
        (dict(model="nobody-has-it", max_tokens=5, messages=ASK), anthropic.NotFoundError),
        (dict(model="claude-x", max_tokens=0, messages=ASK), anthropic.BadRequestError),
    ]:
        try:
            house.anthropic.messages.create(**wrong)
            raise SystemExit(f"{wrong} was not refused")
        except expected as error:
            assert error.body["type"] == "error"
    try:
        with house.anthropic.messages.stream(model="claude-breaks", max_tokens=5, messages=ASK) as stream:
            list(stream.text_stream)
        raise SystemExit("a broken stream looked whole")
    except anthropic.APIError as error:
        assert "broke off" in str(error), error


def failover(house):
    answer = house.openai.chat.completions.with_raw_response.create(model="smart", messages=ASK)
    assert answer.headers["x-provider"] == "anthropic"
    assert answer.parse().choices[0].message.content == "Hello there"


def cache_and_limits(house):
    ask = dict(model="gpt-x", temperature=0, messages=[{"role": "user", "content": "the same"}])
    said = [house.openai.chat.completions.with_raw_response.create(**ask).headers["x-cache"] for _ in range(2)]
    assert said == ["miss", "hit"], said
    fresh = house.openai.chat.completions.with_raw_response.create(model="gpt-x", messages=ASK)
    assert int(fresh.headers["x-ratelimit-limit-requests"]) == 1000
    assert int(fresh.headers["x-ratelimit-remaining-requests"]) < 1000


def usage(house):
    time.sleep(1)
    total = house.get("/api/v1/llm/usage")["total"]
    assert total["calls"] > 20 and total["fromCache"] == 1 and total["inputTokens"] > 0, total
    health = house.get("/api/v1/llm/health")
    assert {provider["name"] for provider in health["providers"]} == {"openai", "house", "anthropic"}


def javascript(house):
    """The same in JavaScript, where node and its packages are."""
    here = Path(__file__).parent
    if not shutil.which("node") or not (here / "node_modules").exists():
        print("skipped: node or its packages are not here")
        return
    env = {**os.environ, "BLOX_URL": house.url, "BLOX_TOKEN": house.token}
    subprocess.run(["node", str(here / "run.mjs")], env=env, check=True)


def main():
    stories = [openai_whole, openai_stream, openai_tools, openai_embeddings, openai_models, openai_errors,
               openai_broken_stream, openai_cancel, responses_whole, responses_stream, responses_tools,
               responses_errors, anthropic_whole, anthropic_stream, anthropic_tools,
               anthropic_counts, anthropic_errors, failover, cache_and_limits, usage, javascript]
    with tempfile.TemporaryDirectory() as folder:
        house = House(sys.argv[1], folder)
        try:
            for story in stories:
                story(house)
                print(f"ok  {story.__name__}")
        finally:
            house.close()
    print(f"{len(stories)} stories, openai {openai.__version__}, anthropic {anthropic.__version__}")


main()
