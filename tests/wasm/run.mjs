// Runs one request (JSON on standard input) in the WebAssembly build and prints the report's hash.
import { readFileSync } from "node:fs";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), {});
const { memory, reserve, run, answer } = instance.exports;
const request = readFileSync(0);
new Uint8Array(memory.buffer, reserve(request.length), request.length).set(request);
const length = run();
console.log(Buffer.from(memory.buffer, answer(), length).toString());
