"""Lets aiortc be played by a scenario: one JSON object a line, questions from standard input, answers
and events on standard output. aiortc.js is the other side and looks like W3C's API there."""
import asyncio
import base64
import json
import sys

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp

connections = {}
channels = {}
names = iter(range(1, 1 << 30))


def tell(**message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def described(description):
    return description and {"type": description.type, "sdp": description.sdp}


def states(pc):
    return {
        "connectionState": pc.connectionState,
        "iceConnectionState": pc.iceConnectionState,
        "iceGatheringState": pc.iceGatheringState,
        "signalingState": pc.signalingState,
        "localDescription": described(pc.localDescription),
        "remoteDescription": described(pc.remoteDescription),
    }


def facts(channel):
    return {
        "id": channel.id,
        "label": channel.label,
        "ordered": channel.ordered,
        "maxRetransmits": channel.maxRetransmits,
        "maxPacketLifeTime": channel.maxPacketLifeTime,
        "protocol": channel.protocol,
        "negotiated": channel.negotiated,
        "readyState": channel.readyState,
    }


def watch_channel(name, channel):
    channels[name] = channel

    def changed(event):
        tell(channel=name, event=event, facts=facts(channel), buffered=channel.bufferedAmount)

    channel.on("open", lambda: changed("open"))
    channel.on("close", lambda: changed("close"))
    channel.on("bufferedamountlow", lambda: changed("buffered"))

    # It has no event for a buffer that empties below its threshold.
    add = channel._addBufferedAmount

    def add_and_tell(amount):
        add(amount)
        if channel.bufferedAmount == 0:
            changed("buffered")

    channel._addBufferedAmount = add_and_tell

    @channel.on("message")
    def on_message(data):
        if isinstance(data, str):
            tell(channel=name, event="message", text=data)
        else:
            tell(channel=name, event="message", bytes=base64.b64encode(data).decode())


def new_connection(name):
    pc = connections[name] = RTCPeerConnection()
    for event in ("connectionstatechange", "iceconnectionstatechange", "icegatheringstatechange",
                  "signalingstatechange"):
        pc.on(event, lambda event=event: tell(pc=name, event=event, states=states(pc)))

    @pc.on("datachannel")
    def on_datachannel(channel):
        incoming = f"in {next(names)}"
        watch_channel(incoming, channel)
        tell(pc=name, event="datachannel", incoming=incoming, facts=facts(channel))


async def ask_connection(pc, op, message):
    if op == "createOffer":
        return described(await pc.createOffer())
    if op == "createAnswer":
        return described(await pc.createAnswer())
    if op == "setLocal":
        await pc.setLocalDescription(RTCSessionDescription(**message["description"]))
    elif op == "setRemote":
        await pc.setRemoteDescription(RTCSessionDescription(**message["description"]))
    elif op == "candidate":
        candidate = candidate_from_sdp(message["candidate"].split(":", 1)[1])
        candidate.sdpMid = message["sdpMid"]
        candidate.sdpMLineIndex = message["sdpMLineIndex"]
        await pc.addIceCandidate(candidate)
    elif op == "createChannel":
        watch_channel(message["channel"], pc.createDataChannel(message["label"], **message["options"]))
    elif op == "close":
        await pc.close()
    return None


def ask_channel(name, op, message):
    channel = channels[name]
    if op == "send":
        data = message["text"] if "text" in message else base64.b64decode(message["bytes"])
        channel.send(data)
        tell(channel=name, event="buffered", facts=facts(channel), taken=message["size"],
             buffered=channel.bufferedAmount)
    elif op == "threshold":
        channel.bufferedAmountLowThreshold = message["value"]
    elif op == "closeChannel":
        channel.close()


async def answer(message):
    op = message["op"]
    try:
        if op == "new":
            return new_connection(message["pc"])
        if "pc" not in message:
            return ask_channel(message["channel"], op, message)
        pc = connections[message["pc"]]
        result = await ask_connection(pc, op, message)
        return tell(id=message["id"], result=result, pc=message["pc"], states=states(pc))
    except Exception as error:  # whatever it is, the scenario is told
        return tell(id=message.get("id"), error=f"{type(error).__name__}: {error}")


async def main():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tell(event="ready")
    tasks = set()
    while line := await reader.readline():
        message = json.loads(line)
        if "pc" in message and message["op"] != "new":
            task = asyncio.ensure_future(answer(message))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        else:
            await answer(message)


asyncio.run(main())
