/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/message.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "proto/frame.h"

#define WHY_BYTES 200

/* --- reading --- */

static int message_refuse(char reterr_why[static WHY_BYTES], const char *why)
{
	snprintf(reterr_why, WHY_BYTES, "%s", why);
	return -EBADMSG;
}

/* Brackets outside of strings, no recursion: the JSON library calls itself once a level, so it must
 * not see a text that is deeper than we allow. What is no JSON is left for it to refuse. */
static bool message_too_deep(const char *text, size_t bytes)
{
	size_t depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < bytes; i++) {
		char c = text[i];

		if (in_string) {
			if (c == '\\') {
				i++;
			} else if (c == '"') {
				in_string = false;
			}
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > MESSAGE_MAX_DEPTH) {
				return true;
			}
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return false;
}

/* Our own words: the library's quote the text, which may hold a person's data. */
static const char *message_json_problem(enum json_error_code code)
{
	switch (code) {
	case json_error_duplicate_key:
		return "The same key stands twice in an object";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "A string holds U+0000";
	case json_error_invalid_utf8:
		return "The message is not UTF-8";
	case json_error_numeric_overflow:
		return "A number is too large";
	case json_error_premature_end_of_input:
		return "The message ends in the middle of its JSON";
	case json_error_end_of_input_expected:
		return "Something follows the JSON object";
	default:
		return "The message is not JSON";
	}
}

static int message_parse(const char *text, size_t bytes, json_t **ret_root,
			 char reterr_why[static WHY_BYTES])
{
	json_error_t error;

	if (bytes > FRAME_MAX_BYTES) {
		return message_refuse(reterr_why, "The message is longer than 1 MiB.");
	}
	if (message_too_deep(text, bytes)) {
		return message_refuse(reterr_why,
				      "The message is nested more than 32 levels deep.");
	}
	json_t *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL) {
		enum json_error_code code = json_error_code(&error);
		if (code == json_error_out_of_memory) {
			return -ENOMEM;
		}
		snprintf(reterr_why, WHY_BYTES, "%s, at byte %d.", message_json_problem(code),
			 error.position);
		return -EBADMSG;
	}
	if (!json_is_object(root)) {
		json_decref(root);
		return message_refuse(reterr_why, "The message is not a JSON object.");
	}
	*ret_root = root;
	return 0;
}

/* null is as good as absent. */
static int message_take_bool(const char *key, json_t *value, bool *ret_value,
			     char reterr_why[static WHY_BYTES])
{
	if (!json_is_boolean(value) && !json_is_null(value)) {
		snprintf(reterr_why, WHY_BYTES, "The member %s is neither true nor false.", key);
		return -EBADMSG;
	}
	*ret_value = json_is_true(value);
	return 0;
}

static int message_take_object(json_t *value, json_t **ret_object,
			       char reterr_why[static WHY_BYTES])
{
	if (!json_is_object(value) && !json_is_null(value)) {
		return message_refuse(reterr_why, "The parameters are not an object.");
	}
	*ret_object = json_is_object(value) ? value : NULL;
	return 0;
}

/* Puts an empty object in place of absent parameters, so that nobody need ask. */
static int message_default_parameters(json_t *root, json_t **parameters)
{
	if (*parameters != NULL) {
		return 0;
	}
	*parameters = json_object();
	return json_object_set_new(root, "parameters", *parameters) == 0 ? 0 : -ENOMEM;
}

static int message_call_member(const char *key, json_t *value, struct message_call *call,
			       char reterr_why[static WHY_BYTES])
{
	bool upgrade = false;

	if (strcmp(key, "method") == 0) {
		call->method = json_string_value(value);
		return 0;
	}
	if (strcmp(key, "parameters") == 0) {
		return message_take_object(value, &call->parameters, reterr_why);
	}
	if (strcmp(key, "more") == 0) {
		return message_take_bool(key, value, &call->more, reterr_why);
	}
	if (strcmp(key, "oneway") == 0) {
		return message_take_bool(key, value, &call->oneway, reterr_why);
	}
	if (strcmp(key, "upgrade") != 0) {
		return message_refuse(reterr_why,
				      "The call has a member that Varlink does not know.");
	}
	int r = message_take_bool(key, value, &upgrade, reterr_why);
	if (r == 0 && upgrade) {
		return message_refuse(reterr_why, "This service does not upgrade connections.");
	}
	return r;
}

static int message_fill_call(struct message_call *call, char reterr_why[static WHY_BYTES])
{
	const char *key;
	json_t *value;

	json_object_foreach(call->root, key, value)
	{
		int r = message_call_member(key, value, call, reterr_why);
		if (r < 0) {
			return r;
		}
	}
	if (call->method == NULL || call->method[0] == '\0') {
		return message_refuse(reterr_why, "The call names no method.");
	}
	if (call->more && call->oneway) {
		return message_refuse(reterr_why, "A call cannot be both more and oneway.");
	}
	return message_default_parameters(call->root, &call->parameters);
}

int message_read_call(const char *text, size_t bytes, struct message_call *ret_call,
		      char reterr_why[static WHY_BYTES])
{
	struct message_call call = { 0 };

	int r = message_parse(text, bytes, &call.root, reterr_why);
	if (r == 0) {
		r = message_fill_call(&call, reterr_why);
	}
	if (r < 0) {
		if (r == -ENOMEM) {
			message_refuse(reterr_why, "There is no memory left.");
		}
		message_call_done(&call);
		return r;
	}
	*ret_call = call;
	return 0;
}

void message_call_done(struct message_call *call)
{
	json_decref(call->root);
	*call = (struct message_call){ 0 };
}

static int message_reply_member(const char *key, json_t *value, struct message_reply *reply,
				char reterr_why[static WHY_BYTES])
{
	if (strcmp(key, "error") == 0) {
		reply->error = json_string_value(value);
		bool named = reply->error != NULL && reply->error[0] != '\0';
		if (!named && !json_is_null(value)) {
			return message_refuse(reterr_why, "The reply's error is not a name.");
		}
		return 0;
	}
	if (strcmp(key, "parameters") == 0) {
		return message_take_object(value, &reply->parameters, reterr_why);
	}
	if (strcmp(key, "continues") == 0) {
		return message_take_bool(key, value, &reply->continues, reterr_why);
	}
	return message_refuse(reterr_why, "The reply has a member that Varlink does not know.");
}

static int message_fill_reply(struct message_reply *reply, char reterr_why[static WHY_BYTES])
{
	const char *key;
	json_t *value;

	json_object_foreach(reply->root, key, value)
	{
		int r = message_reply_member(key, value, reply, reterr_why);
		if (r < 0) {
			return r;
		}
	}
	if (reply->error != NULL && reply->continues) {
		return message_refuse(reterr_why, "An error cannot continue.");
	}
	return message_default_parameters(reply->root, &reply->parameters);
}

int message_read_reply(const char *text, size_t bytes, struct message_reply *ret_reply,
		       char reterr_why[static WHY_BYTES])
{
	struct message_reply reply = { 0 };

	int r = message_parse(text, bytes, &reply.root, reterr_why);
	if (r == 0) {
		r = message_fill_reply(&reply, reterr_why);
	}
	if (r < 0) {
		if (r == -ENOMEM) {
			message_refuse(reterr_why, "There is no memory left.");
		}
		message_reply_done(&reply);
		return r;
	}
	*ret_reply = reply;
	return 0;
}

void message_reply_done(struct message_reply *reply)
{
	json_decref(reply->root);
	*reply = (struct message_reply){ 0 };
}

/* --- writing --- */

/* One message on its way into a buf. The first failure stays, and message_end undoes all of it. */
struct message_writer {
	struct buf *out;
	size_t start;
	int before; /* the buf's own error, which is not ours to undo */
	int error;
};

static struct message_writer message_begin(struct buf *out)
{
	return (struct message_writer){
		.out = out, .start = out->len, .before = out->error, .error = out->error
	};
}

static int message_put(const char *data, size_t bytes, void *userdata)
{
	struct message_writer *writer = userdata;

	if (writer->error < 0) {
		return -1;
	}
	if (writer->out->len - writer->start + bytes > FRAME_MAX_BYTES) {
		writer->error = -EMSGSIZE;
		return -1;
	}
	writer->error = buf_append(writer->out, data, bytes);
	return writer->error;
}

static void message_put_text(struct message_writer *writer, const char *text)
{
	message_put(text, strlen(text), writer);
}

static void message_put_json(struct message_writer *writer, const json_t *value)
{
	const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;

	/* The library fails by itself for want of memory alone. */
	if (json_dump_callback(value, message_put, writer, flags) < 0 && writer->error == 0) {
		writer->error = -ENOMEM;
	}
}

static void message_put_string(struct message_writer *writer, const char *text)
{
	json_t *value = json_string(text);

	if (value == NULL) {
		writer->error = writer->error < 0 ? writer->error : -EINVAL;
		return;
	}
	message_put_json(writer, value);
	json_decref(value);
}

static void message_put_parameters(struct message_writer *writer, const json_t *parameters)
{
	if (parameters == NULL) {
		message_put_text(writer, "{}");
	} else {
		message_put_json(writer, parameters);
	}
}

static int message_end(struct message_writer *writer)
{
	struct buf *out = writer->out;

	if (writer->error == 0) {
		writer->error = buf_append(out, "", 1);
	}
	if (writer->error < 0) {
		/* A message that does not fit must not spoil the buf for a shorter one. */
		out->len = writer->start;
		out->error = writer->before;
	}
	return writer->error;
}

int message_write_call(struct buf *out, const char *method, json_t *parameters, bool more,
		       bool oneway)
{
	struct message_writer writer = message_begin(out);

	message_put_text(&writer, "{\"method\":");
	message_put_string(&writer, method);
	if (parameters != NULL) {
		message_put_text(&writer, ",\"parameters\":");
		message_put_json(&writer, parameters);
	}
	if (more) {
		message_put_text(&writer, ",\"more\":true");
	}
	if (oneway) {
		message_put_text(&writer, ",\"oneway\":true");
	}
	message_put_text(&writer, "}");
	return message_end(&writer);
}

int message_write_reply(struct buf *out, json_t *parameters, bool continues)
{
	struct message_writer writer = message_begin(out);

	message_put_text(&writer, "{\"parameters\":");
	message_put_parameters(&writer, parameters);
	message_put_text(&writer, continues ? ",\"continues\":true}" : "}");
	return message_end(&writer);
}

int message_write_error(struct buf *out, const char *error, json_t *parameters)
{
	struct message_writer writer = message_begin(out);

	message_put_text(&writer, "{\"error\":");
	message_put_string(&writer, error);
	message_put_text(&writer, ",\"parameters\":");
	message_put_parameters(&writer, parameters);
	message_put_text(&writer, "}");
	return message_end(&writer);
}
