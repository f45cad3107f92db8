/*
 * Where one message ends and the next begins on a stream to a TURN server (RFC 8656 12.5, RFC 8489
 * 6.2.2): STUN messages and ChannelData tell their own lengths. It owns nothing and copies nothing.
 */
#ifndef PCS_HOST_ICE_TURN_STREAM_H
#define PCS_HOST_ICE_TURN_STREAM_H

#include "core/base/bytes.h"

/* The longest there is: ChannelData of 65,535 bytes, padded. */
#define PCS_TURN_STREAM_MESSAGE_BYTES_MAX (4 + 65536)

/*
 * pcs_turn_stream_next takes the first message off *rest. PCS_ERR_NO_SPACE when it is not whole
 * yet; PCS_ERR_SYNTAX when it is none, after which nothing on the stream can be told apart.
 */
PCS_MUST_USE pcs_status pcs_turn_stream_next(pcs_span *rest, pcs_span *out_message);

#endif
