/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/message_out.h"

#include <errno.h>

#include "proto/frame.h"

struct message_out message_out_begin(struct buf *out)
{
	struct message_out message = {
		.json.out = out,
		.start = out->len,
		.before = out->error,
	};

	json_out_object(&message.json, NULL);
	json_out_object(&message.json, "parameters");
	return message;
}

int message_out_end(struct message_out *message, bool continues)
{
	struct buf *out = message->json.out;

	json_out_object_end(&message->json);
	if (continues) {
		json_out_bool(&message->json, "continues", true);
	}
	json_out_object_end(&message->json);
	bool too_long = out->error == 0 && out->len - message->start > FRAME_MAX_BYTES;
	int r = too_long ? -EMSGSIZE : buf_append(out, "", 1);
	if (r < 0) {
		/* A message that does not fit must not spoil the buf for a shorter one. */
		out->len = message->start;
		out->error = message->before;
	}
	return r;
}
