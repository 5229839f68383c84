import { seededRandom } from '../../src/lib/random.ts';
import { diceOf, type Dice } from '../support/dice.ts';
import { heal } from './heal.ts';
import { createInvariants } from './invariants/index.ts';
import { titleOf, type Weather } from './invariants/invariant.ts';
import { Kubelets } from './kubelets.ts';
import { operations, someOperation } from './operations/index.ts';
import { simNamespaces, type Scene } from './operations/operation.ts';
import { withSimTime, World } from './world.ts';

/** An operation with a seed of its own. */
export interface Step {
  name: string;
  seed: number;
  /** Nobody waits for it. */
  isLeft: boolean;
  /** For how long everybody goes on before the next one. */
  turns: number;
}

/** What happens in one run: first anything, then what leaves promises to be kept. After each part the cluster comes to rest. */
export interface Script {
  seed: number;
  parts: readonly { weather: Weather; steps: readonly Step[] }[];
}

export interface Outcome {
  /** What was found, in the order of its happening; nothing if all is well. */
  problems: string[];
  /** Everything that was asked of the cluster, the latest last. */
  log: string[];
  commits: number;
}

const nodeCount = 4;
/** Commits that a cluster may need to come to rest, which is far more than it does. */
const commitsToRest = 1_000;
/** How often it may wake for that. */
const wakesToRest = 3_000;
/** How long a cluster must have had nothing to do to be at rest. */
const restMs = 15 * 60_000;

/** The script of a seed. */
export function scriptOf(seed: number): Script {
  const dice = diceOf(seededRandom(seed));
  const part = (weather: Weather, count: number) => ({
    weather,
    steps: Array.from({ length: count }, () => someStep(dice, weather)),
  });
  return {
    seed,
    parts: [part('storm', 40 + dice.below(100)), part('calm', 10 + dice.below(40)), part('drain', 5 + dice.below(10))],
  };
}

const someStep = (dice: Dice, weather: Weather): Step => ({
  name: someOperation(dice, weather).name,
  seed: dice.below(2 ** 31),
  isLeft: dice.once(3),
  turns: dice.some([0, 0, 1, 2, 5, 20]),
});

/** Plays a script to its end, or to the first thing that is wrong. */
export function play(script: Script): Promise<Outcome> {
  return withSimTime(async () => {
    const invariants = createInvariants();
    const world = await World.start(script.seed, invariants);
    const kubelets = new Kubelets(world, nodeCount);
    const scene = { world, kubelets };
    const rests = async () => {
      await rest(world, kubelets);
      for (const { rest: check } of invariants) world.check(() => check?.(world.state, world.clock.now()));
      if (world.problems.length === 0) await checkIdle(world);
    };
    try {
      const namespaces = simNamespaces
        .slice(1)
        .map((name) => world.request('POST', '/api/v1/namespaces', { metadata: { name } }));
      await world.during(Promise.all([...namespaces, ...kubelets.machines.map((machine) => kubelets.register(machine))]));
      await world.quiesce();
      for (const { weather, steps } of script.parts) {
        world.begin(weather);
        await playSteps(scene, steps);
        if (world.problems.length > 0) break;
        world.begin('storm');
        await heal(world, kubelets);
        await rests();
        if (world.problems.length > 0) break;
      }
    } catch (error) {
      world.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    return { problems: world.problems, log: world.log, commits: world.commits };
  });
}

async function playSteps({ world, kubelets }: Omit<Scene, 'dice'>, steps: readonly Step[]): Promise<void> {
  const left: Promise<unknown>[] = [];
  for (const { name, seed, isLeft, turns } of steps) {
    world.log.push(`# ${name}`);
    const { run, isExclusive } = operations.find((operation) => operation.name === name)!;
    const done = run({ world, kubelets, dice: diceOf(seededRandom(seed)) });
    if (isLeft && !isExclusive) left.push(done);
    else await world.during(done);
    await world.turns(turns);
    if (world.problems.length > 0) break;
  }
  await world.during(Promise.all(left));
}

/** Lets nodes and controllers do whatever there is to do, however long they have to wait for it. */
async function rest(world: World, kubelets: Kubelets): Promise<void> {
  const start = world.commitsOfNote;
  let [seen, sinceMs] = [start, world.clock.elapsedMs];
  for (let wakes = 0; ; wakes++) {
    if (wakes > wakesToRest) return void world.problems.push(`a cluster with nothing to do wakes all the time`);
    if (!(await world.quiesce())) return void world.problems.push('the controllers never pause');
    if (world.problems.length > 0) return;
    const acted = await world.during(kubelets.work());
    if (acted || world.commitsOfNote !== seen) [seen, sinceMs] = [world.commitsOfNote, world.clock.elapsedMs];
    if (seen - start > commitsToRest) return void world.problems.push(`no rest after ${commitsToRest} commits`);
    if (acted) continue;
    const restsUntilMs = sinceMs + restMs;
    if (world.clock.elapsedMs >= restsUntilMs) return;
    world.clock.pass(Math.max(1, Math.min(world.nextMs ?? restMs, restsUntilMs - world.clock.elapsedMs)));
  }
}

/** A process that looks at everything anew finds nothing to do. */
async function checkIdle(world: World): Promise<void> {
  const { commitsOfNote, state } = world;
  world.log.push('--- resync');
  await world.restart();
  await world.quiesce();
  // Events may be repeated: that something still waits.
  if (world.commitsOfNote === commitsOfNote) return;
  const written = [...world.state.all()].filter(({ resource, object }) => {
    const before = [...state.all()].find(
      (other) => other.resource === resource && other.object.metadata.uid === object.metadata.uid,
    );
    return before?.object.metadata.resourceVersion !== object.metadata.resourceVersion;
  });
  world.problems.push(
    `a second look at a cluster at rest writes: ${written.map(({ object }) => titleOf(object)).join(', ')}`,
  );
}
