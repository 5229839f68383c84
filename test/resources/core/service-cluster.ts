import { seededRandom } from '../../../src/lib/random.ts';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import { services, type Service } from '../../../src/resources/core/service.ts';
import { lines, now, readerOf, service } from '../objects.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));

/** Writes Services one after the other, as the verbs do, and remembers them. */
export class ServiceCluster {
  readonly stored = new Map<string, Service>();
  private readonly context = { now, random: seededRandom(seed) };

  /** `others` are ServiceCIDRs and IPAddresses. */
  constructor(readonly others: KubeObject[] = []) {}

  private prepare(object: Service, old: Service | undefined): string[] {
    const { strategy } = services;
    object.status = old ? structuredClone(old.status) : {};
    strategy.defaults!(object);
    if (old) strategy.prepareForUpdate!(object, old, this.context);
    else strategy.prepareForCreate!(object, this.context);
    const errors = [
      ...strategy.allocate!(object, old, readerOf([...this.stored.values(), ...this.others]), this.context),
      ...strategy.validate!(object),
      ...(old ? strategy.validateUpdate!(object, old) : []),
    ];
    if (errors.length === 0) this.stored.set(`${object.metadata.namespace}/${object.metadata.name}`, object);
    return lines(errors);
  }

  private accept(errors: string[]): void {
    if (errors.length > 0) throw new Error(`seed ${seed}: ${errors.join('\n')}`);
  }

  create(spec: Service['spec'], name = 'web', namespace = 'default'): Service {
    const object = service(structuredClone(spec), name, namespace);
    this.accept(this.prepare(object, undefined));
    return object;
  }
  refuse(spec: Service['spec'], name = 'other'): string[] {
    return this.prepare(service(structuredClone(spec), name), undefined);
  }
  update(name: string, change: (spec: Service['spec']) => void): Service {
    const old = this.stored.get(`default/${name}`)!;
    const object = structuredClone(old);
    change(object.spec);
    this.accept(this.prepare(object, old));
    return object;
  }
  refuseUpdate(name: string, change: (spec: Service['spec']) => void): string[] {
    const old = this.stored.get(`default/${name}`)!;
    const object = structuredClone(old);
    change(object.spec);
    return this.prepare(object, old);
  }
  /** A manifest applied again, without what the server gave out. */
  replace(spec: Service['spec'], name = 'web'): Service {
    const old = this.stored.get(`default/${name}`)!;
    const object = service(structuredClone(spec), name);
    this.accept(this.prepare(object, old));
    return object;
  }
}
