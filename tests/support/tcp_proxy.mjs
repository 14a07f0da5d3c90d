// A network between the program and its database that does what a test wants of it: tcp_proxy.hpp for the Node suites.
// Directions are 'toServer' and 'toClient'.
import net from 'node:net';

/**
 * Starts a TcpProxy on a port of 127.0.0.1 of the system's choice. `server`: what net.connect takes, such as
 * {path: postgres.socketPath} or {host, port}. `close` must be called.
 */
export async function startProxy(server) {
  const proxy = new TcpProxy(server);
  await proxy.accept();
  return proxy;
}

/** What it was told holds for all connections, present and future, unless it says otherwise. */
class TcpProxy {
  #server;
  #listener = null;
  #connections = new Set();
  #delays = { toServer: 0, toClient: 0 };
  #trap = null;
  #silent = false;

  /** Connections taken, and cut, since it was made. */
  taken = 0;
  cuts = 0;
  /** Bytes that got through since it was made. */
  passed = { toServer: 0, toClient: 0 };

  constructor(server) {
    this.#server = server;
  }

  /** Connections that are open. */
  get open() {
    return this.#connections.size;
  }

  /** Cuts every open connection; the client sees a reset. */
  cut() {
    for (const connection of this.#connections) this.#cut(connection);
  }

  /**
   * Cuts the first connection that has passed so many bytes in this direction, counted from now for each by itself:
   * not one more gets through. With 0 it is cut when the first byte comes, as between a commit and its answer. Holds
   * for one connection. The promise is kept when it has been cut.
   */
  cutAfter(direction, bytes) {
    for (const connection of this.#connections) connection.counted[direction] = 0;
    return new Promise((resolve) => {
      this.#trap = { direction, bytes, resolve };
    });
  }

  /** Holds what comes from now on back for so many ms, in this direction. 0 ends it. */
  delay(direction, milliseconds) {
    this.#delays[direction] = milliseconds;
  }

  /** Half-open: takes what either side sends and passes nothing on, not even an end. */
  goSilent() {
    this.#silent = true;
    for (const connection of this.#connections) connection.silent = true;
  }

  /** Lets new connections through again; those that were silent stay so until they are cut. */
  speak() {
    this.#silent = false;
  }

  /** Refuses new connections, as where no server listens; open ones go on. */
  refuse() {
    this.#listener?.close();
    this.#listener = null;
  }

  /** Takes new connections, on the port it had. */
  async accept() {
    if (this.#listener) return;
    this.#listener = net.createServer({ allowHalfOpen: true }, (client) => this.#take(client));
    await new Promise((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen(this.port ?? 0, '127.0.0.1', resolve);
    });
    this.port = this.#listener.address().port;
  }

  /** Cuts what is open and stops. */
  close() {
    this.refuse();
    this.cut();
  }

  #take(client) {
    this.taken += 1;
    const server = this.#silent ? null : net.connect({ ...this.#server, allowHalfOpen: true });
    const counted = { toServer: 0, toClient: 0 };
    const connection = { client, server, counted, silent: this.#silent, gone: false, ends: 0 };
    this.#connections.add(connection);
    client.setNoDelay(true);
    this.#relay(connection, client, server, 'toServer');
    if (server) this.#relay(connection, server, client, 'toClient');
  }

  /** Passes on what `from` sends, in order and each piece when it is due. */
  #relay(connection, from, to, direction) {
    let last = Promise.resolve();
    const pass = (action) => {
      const due = Date.now() + this.#delays[direction];
      last = last.then(async () => {
        const rest = due - Date.now();
        if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
        if (!connection.silent && !connection.gone) action();
      });
    };
    from.on('data', (bytes) => {
      if (!connection.silent) pass(() => this.#send(connection, to, bytes, direction));
    });
    from.on('end', () => pass(() => this.#end(connection, to)));
    from.on('error', () => {
      if (!connection.silent) this.#lose(connection);
    });
  }

  #send(connection, to, bytes, direction) {
    const trapped = this.#trap?.direction === direction;
    const rest = trapped ? this.#trap.bytes - connection.counted[direction] : bytes.length;
    const part = bytes.subarray(0, rest);
    this.passed[direction] += part.length;
    connection.counted[direction] += part.length;
    if (!trapped || part.length < rest) {
      to.write(part);
      return;
    }
    const { resolve } = this.#trap;
    this.#trap = null;
    // What gets through must have left before the connection goes.
    to.write(part, () => {
      this.#cut(connection);
      resolve();
    });
    connection.silent = true;
  }

  #end(connection, to) {
    to.end();
    connection.ends += 1;
    if (connection.ends === 2) this.#connections.delete(connection);
  }

  #cut(connection) {
    this.cuts += 1;
    this.#lose(connection);
  }

  #lose(connection) {
    connection.gone = true;
    this.#connections.delete(connection);
    connection.client.resetAndDestroy();
    connection.server?.destroy();
  }
}
