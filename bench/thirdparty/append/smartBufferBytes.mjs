import { SmartBuffer } from "smart-buffer";

export default (appends) => () => {
  const grown = new SmartBuffer();
  for (let i = 0; i < appends; i++) grown.writeUInt8(i & 255);
  return () => grown.toBuffer();
};
