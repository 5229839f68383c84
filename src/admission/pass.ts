/**
 * One way of a request through the mutating plugins. Who changes the object after others have seen it asks for a second
 * round (upstream's ReinvocationContext); there is no third.
 */
export class Pass {
  /** 0, or 1 when the plugins are asked again. */
  round = 0;
  /** Somebody changed the object in a way that others should know of. */
  shouldReinvoke = false;
  #memories?: Map<string, Reinvocation>;

  /** What a plugin has to remember between the rounds. */
  reinvocation(plugin: string): Reinvocation {
    this.#memories ??= new Map();
    let memory = this.#memories.get(plugin);
    if (!memory) this.#memories.set(plugin, (memory = new Reinvocation()));
    return memory;
  }
}

/** Which of its hooks a plugin has invoked, and which it has to invoke again. */
export class Reinvocation {
  /** The object as the plugin left it, as text. */
  #output: string | undefined;
  #invoked = new Set<string>();
  #again = new Set<string>();

  /** To be told at the beginning of each round. */
  begin(round: number, object: unknown): void {
    if (round > 0 && this.#output !== JSON.stringify(object)) this.changed();
  }

  /** To be told at the end of each round. */
  end(object: unknown): void {
    this.#output = JSON.stringify(object);
  }

  /** In a second round only those are asked who were asked before, and since when the object has changed. */
  isDue(round: number, hook: string): boolean {
    return round === 0 || this.#again.has(hook);
  }

  /** The object changed: all that were invoked so far and want to know of it are due again. */
  changed(): void {
    for (const hook of this.#invoked) this.#again.add(hook);
    this.#invoked.clear();
  }

  /** A hook that wants to know of later changes was invoked. */
  invoked(hook: string): void {
    this.#invoked.add(hook);
  }
}
