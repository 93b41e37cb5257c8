// Blocks of the cube back into numbers: base64, gzip, a JSON index, byte planes.

/** Inflate one block; needs DecompressionStream (Safari 16.4, Firefox 113, Node 18). */
export async function unpack(text) {
  const packed = Uint8Array.from(atob(text.trim()), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return readBlock(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/** Read an inflated block: its index, with `columns` as arrays of exact integers. */
export function readBlock(raw) {
  const length = new DataView(raw.buffer, raw.byteOffset).getUint32(0, true);
  const index = JSON.parse(new TextDecoder().decode(raw.subarray(4, 4 + length)));
  const columns = {};
  let place = 4 + length;
  for (const [name, count, width, signed] of index.columns) {
    columns[name] = readColumn(raw.subarray(place, place + count * width), count, width, signed);
    place += count * width;
  }
  return { ...index, columns };
}

function readColumn(planes, count, width, signed) {
  const values = new Float64Array(count); // whole numbers below 2^53 are exact
  for (let plane = width - 1; plane >= 0; plane -= 1) {
    for (let at = 0; at < count; at += 1) {
      values[at] = values[at] * 256 + planes[plane * count + at];
    }
  }
  return signed ? values.map((value) => (value % 2 ? -(value + 1) / 2 : value / 2)) : values;
}

/** A line's block as cells: place, app, ground, status and billed bytes of each. */
export function readLine(block) {
  const { pos: steps, bytes } = block.columns;
  const count = bytes.length;
  const cells = {
    count,
    bytes,
    pos: new Uint32Array(count),
    app: new Uint8Array(count),
    ground: new Uint8Array(count),
    status: new Uint8Array(count),
  };
  let at = 0;
  for (const [app, ground, status, size] of block.groups) {
    for (let pos = 0, end = at + size; at < end; at += 1) {
      pos += steps[at];
      cells.pos[at] = pos;
      cells.app[at] = app;
      cells.ground[at] = ground;
      cells.status[at] = status;
    }
  }
  return { ...block, cells, rows: readRows(block.columns), hostCells: readHosts(block) };
}

function readRows(columns) {
  const rows = [];
  let part = 0;
  for (let at = 0; at < columns.row_bytes.length; at += 1) {
    const split = [];
    for (let end = part + columns.row_parts[at]; part < end; part += 1) {
      split.push({ app: columns.part_app[part], bytes: columns.part_bytes[part] });
    }
    rows.push({
      start: columns.row_start[at],
      end: columns.row_end[at],
      cut: columns.row_cut[at] === 1,
      bytes: columns.row_bytes[at],
      status: columns.row_status[at],
      split,
    });
  }
  return rows;
}

/** Hosts by pair: the levels of a pair are scaled so that they sum to its exact total. */
function readHosts(block) {
  if (!block.hosts) return null;
  const { host_pos: steps, host_level: levels } = block.columns;
  let at = 0;
  return block.host_pairs.map(([host, app, total, size]) => {
    const slots = [];
    let pos = 0;
    let sum = 0;
    for (let end = at + size; at < end; at += 1) {
      pos += steps[at];
      sum += levels[at];
      slots.push([pos, levels[at]]);
    }
    return { host, app, total, slots: slots.map(([slot, level]) => [slot, (level / sum) * total]) };
  });
}
