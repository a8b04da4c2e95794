import { read } from "@/model/read";

/** Reads texts beside the page: an answer for each, in their order. */
onmessage = ({ data }: MessageEvent<string>) => postMessage(read(data));
