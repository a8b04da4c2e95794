// The vendors' own JavaScript clients against a server that run.py started.
// Usage: BLOX_URL=… BLOX_TOKEN=… node run.mjs

import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

const { BLOX_URL, BLOX_TOKEN } = process.env;
const openai = new OpenAI({ baseURL: `${BLOX_URL}/v1`, apiKey: BLOX_TOKEN, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: BLOX_URL, apiKey: BLOX_TOKEN, maxRetries: 0 });
const messages = [{ role: 'user', content: 'Hello' }];
const weather = { type: 'object', properties: { city: { type: 'string' } } };

const stories = {
  async 'openai whole, streamed, with tools, in both directions'() {
    for (const model of ['gpt-x', 'claude-x']) {
      const whole = await openai.chat.completions.create({ model, messages });
      assert.equal(whole.choices[0].message.content, 'Hello there');
      let text = '';
      for await (const chunk of await openai.chat.completions.create({ model, messages, stream: true })) {
        text += chunk.choices[0]?.delta.content ?? '';
      }
      assert.equal(text, 'Hello there');
      const tools = [{ type: 'function', function: { name: 'weather', parameters: weather } }];
      const called = await openai.chat.completions.stream({ model, messages, tools }).finalChatCompletion();
      const call = called.choices[0].message.tool_calls[0].function;
      assert.deepEqual([call.name, JSON.parse(call.arguments)], ['weather', { city: 'Rome' }]);
    }
  },

  async 'responses whole, streamed, with tools, in all directions'() {
    for (const model of ['gpt-x', 'house-x', 'claude-x']) {
      const whole = await openai.responses.create({ model, input: 'Hello' });
      assert.equal(whole.output_text, 'Hello there');
      let text = '';
      for await (const event of await openai.responses.create({ model, input: messages, stream: true })) {
        if (event.type === 'response.output_text.delta') text += event.delta;
      }
      assert.equal(text, 'Hello there');
      const tools = [{ type: 'function', name: 'weather', parameters: weather, strict: false }];
      const called = await openai.responses.stream({ model, input: messages, tools }).finalResponse();
      assert.deepEqual([called.output[0].name, JSON.parse(called.output[0].arguments)], ['weather', { city: 'Rome' }]);
      const result = { type: 'function_call_output', call_id: called.output[0].call_id, output: 'sunny' };
      const told = await openai.responses.create({ model, input: [...messages, called.output[0], result] });
      assert.equal(told.output_text, 'Hello there');
    }
    await assert.rejects(openai.responses.create({ model: 'gpt-x', input: 'Hello', store: true }), { param: 'store' });
    await assert.rejects(async () => {
      for await (const _ of await openai.responses.create({ model: 'house-breaks', input: 'Hello', stream: true }));
    }, /broke off/);
  },

  async 'openai embeddings and models'() {
    const answer = await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'hi', encoding_format: 'float' });
    assert.deepEqual(answer.data[0].embedding, [0.5, -0.5]);
    const models = [];
    for await (const model of openai.models.list()) models.push(model.id);
    assert.ok(models.includes('echo'));
  },

  async 'anthropic whole, streamed, with tools, in both directions'() {
    for (const model of ['claude-x', 'gpt-x']) {
      const whole = await anthropic.messages.create({ model, max_tokens: 50, messages });
      assert.equal(whole.content[0].text, 'Hello there');
      const streamed = await anthropic.messages.stream({ model, max_tokens: 50, messages }).finalMessage();
      assert.equal(streamed.content[0].text, 'Hello there');
      const tools = [{ name: 'weather', input_schema: weather }];
      const called = await anthropic.messages.stream({ model, max_tokens: 50, messages, tools }).finalMessage();
      assert.deepEqual([called.stop_reason, called.content[0].input], ['tool_use', { city: 'Rome' }]);
    }
  },

  async 'a broken stream is an error in both'() {
    await assert.rejects(async () => {
      for await (const _ of await openai.chat.completions.create({ model: 'gpt-breaks', messages, stream: true }));
    }, /broke off/);
    await assert.rejects(anthropic.messages.stream({ model: 'claude-breaks', max_tokens: 5, messages }).finalMessage(), /broke off/);
  },

  async 'errors are those of the vendors'() {
    const unknown = { model: 'nobody-has-it', messages };
    await assert.rejects(openai.chat.completions.create(unknown), OpenAI.NotFoundError);
    await assert.rejects(anthropic.messages.create({ ...unknown, max_tokens: 5 }), Anthropic.NotFoundError);
    const stranger = new OpenAI({ baseURL: `${BLOX_URL}/v1`, apiKey: 'blx_wrong', maxRetries: 0 });
    await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
  },
};

for (const [name, story] of Object.entries(stories)) {
  await story();
  console.log(`ok  ${name}`);
}
