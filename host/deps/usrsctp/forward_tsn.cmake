# cmake -DSOURCE=.../usrsctplib/netinet/sctp_indata.c -P forward_tsn.cmake
#
# usrsctp 0.9.5.0, when a FORWARD-TSN ends a half-received unordered message and fragments of later
# ones wait behind it (RFC 3758 3.6), throws away the first fragment that it had and goes on as if it
# still had it, ending at the new cumulative TSN. A whole message with the very next TSN is then a
# message without an end, for which it aborts the association; and what is put together afterwards
# waits for ever for a TSN that was something else. It must be as when nothing was seen. Seen on a
# path that reorders, with maxRetransmits 0: one call of twenty was aborted.
file(READ "${SOURCE}" text)
set(place "control->fsn_included = tsn;")
set(mended "control->fsn_included = 0xffffffff; /* nothing is seen: RFC 3758 3.6 */
\tcontrol->first_frag_seen = 0;
\t(void)tsn;")
string(FIND "${text}" "${mended}" done)
if(NOT done EQUAL -1)
  return()
endif()
string(FIND "${text}" "${place}" first)
string(FIND "${text}" "${place}" last REVERSE)
if(first EQUAL -1 OR NOT first EQUAL last)
  message(FATAL_ERROR "sctp_reset_a_control is not as it was: look at ${SOURCE} again")
endif()
string(REPLACE "${place}" "${mended}" text "${text}")
file(WRITE "${SOURCE}" "${text}")
