// The driver of JavaScript: runs the commands of a script; script.py says how.

const KINDS = new Map([
  [SyntaxError, "wrong"],
  [RangeError, "wrong"],
  [Error, "early"],
]);
const NAMES = { to_json: "toJSON", load_json: "loadJSON" };
const bits = new DataView(new ArrayBuffer(8));

/** A name as JavaScript writes it. */
function camel(name) {
  return (
    NAMES[name] ?? name.replace(/_(.)/g, (_, letter) => letter.toUpperCase())
  );
}

function isList(value) {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/** A value as it travels. */
function encoded(value) {
  if (typeof value === "number") {
    bits.setFloat64(0, value);
    return bits.getBigUint64(0).toString(16).padStart(16, "0");
  }
  if (typeof value === "string") {
    return `"${value}`;
  }
  if (isList(value)) {
    return Array.from(value, encoded);
  }
  if (value !== null && typeof value === "object") {
    const pairs = Object.entries(value);
    return Object.fromEntries(pairs.map(([key, item]) => [key, encoded(item)]));
  }
  return value ?? null;
}

/** A scalar that travelled, or what a decoder makes of anything else. */
function decoded(value, other) {
  if (typeof value !== "string") {
    return value !== null && typeof value === "object" ? other(value) : value;
  }
  if (value.startsWith('"')) {
    return value.slice(1);
  }
  bits.setBigUint64(0, BigInt(`0x${value}`));
  return bits.getFloat64(0);
}

/** Lists and objects of decoded items. */
function each(value, decode) {
  if (Array.isArray(value)) {
    return value.map(decode);
  }
  const pairs = Object.entries(value);
  return Object.fromEntries(pairs.map(([key, item]) => [key, decode(item)]));
}

function plain(value) {
  return decoded(value, (inner) => each(inner, plain));
}

/** Overwrite all that nested lists hold: it is the caller's, not the object's. */
function spoil(lists) {
  for (let at = 0; at < lists.length; at++) {
    const value = lists[at];
    if (isList(value)) {
      spoil(value);
    } else if (value !== null && typeof value === "object") {
      const items = Object.values(value);
      spoil(items);
      Object.keys(value).forEach((key, place) => (value[key] = items[place]));
    } else {
      lists[at] = 9.0;
    }
  }
}

function kind(error) {
  return KINDS.get(error?.constructor) ?? error?.constructor?.name ?? "?";
}

class Driver {
  constructor(Class, script) {
    this.Class = Class;
    this.script = script;
    this.nets = [];
    this.pool = [];
    this.places = new Map();
    this.answers = [];
  }

  /** A value of its own for an item. */
  item(item) {
    return decoded(item, ({ at, result, text }) => {
      if (text !== undefined) {
        return text.map((place) => this.script.pool[place]).join("");
      }
      if (at !== undefined) {
        return each(this.script.pool[at], (inner) => this.item(inner));
      }
      const place = this.answers[result];
      if (typeof place !== "number") {
        throw new TypeError(`command ${result} has no result`);
      }
      return plain(this.pool[place]);
    });
  }

  /** What one call gives, as it travels. */
  once(command) {
    const given = command.with.map((item) => this.item(item));
    const options = {};
    for (const [key, item] of Object.entries(command.options ?? {})) {
      options[camel(key)] = this.item(item);
    }
    const seen = [];
    const last = options.onEpoch;
    if (last !== undefined) {
      options.onEpoch = (epoch, loss) => {
        seen.push([epoch, loss]);
        return last ? epoch !== last : undefined;
      };
    }
    const named = command.options ? [options] : [];
    if (command.call === "new") {
      this.nets[this.answers.length] = new this.Class(...given, ...named);
      return null;
    }
    if (command.call === "load_json") {
      given[0] = JSON.parse(given[0]);
    }
    const net = this.nets[command.on];
    const result = net[camel(command.call)](...given, ...named);
    const isState = command.call === "to_json";
    const found = encoded(isState ? JSON.stringify(result) : result);
    spoil([given, result]);
    return last === undefined ? found : [found, encoded(seen)];
  }

  /** The place of a command's result in the pool; an equal one's, if there is one. */
  answer(command) {
    const { times } = command;
    const found =
      times === undefined
        ? this.once(command)
        : Array.from({ length: times }, () => this.once(command));
    const text = JSON.stringify(found);
    if (!this.places.has(text)) {
      this.places.set(text, this.pool.push(found) - 1);
    }
    return this.places.get(text);
  }

  run() {
    for (const command of this.script.commands) {
      let answer;
      try {
        answer = this.answer(command);
      } catch (error) {
        answer = {
          error: kind(error),
          message: String(error?.message ?? error),
        };
      }
      this.answers.push(answer);
    }
    return { pool: this.pool, answers: this.answers };
  }
}

/**
 * Runs the scripts of all jobs; for each, a line of its title and its answers, or a
 * text that says what is wrong with its module.
 */
export async function runAll({ jobs, scripts }, print) {
  for (const { title, module, name, script } of jobs) {
    let found;
    try {
      const { [name]: Class } = await import(module);
      found = new Driver(Class, scripts[script]).run();
    } catch (error) {
      found = `${module}: ${error?.stack ?? error}`;
    }
    print(`${title} ${JSON.stringify(found)}`);
  }
}
