import type { HookConfig, HookFormat } from './config.ts';
import type { Received, Told } from './event.ts';
import { toldByDockerHub } from './formats/dockerhub.ts';
import { toldByAnybody } from './formats/generic.ts';
import { toldByGithub } from './formats/github.ts';
import { toldByGitlab } from './formats/gitlab.ts';
import { toldByRegistry } from './formats/registry.ts';

type Reader = (received: Received) => Told[];

const readers: Record<HookFormat, (config: Pick<HookConfig, 'registry'>) => Reader> = {
  github: () => toldByGithub,
  gitlab: () => toldByGitlab,
  dockerhub: () => toldByDockerHub,
  registry: ({ registry }) => toldByRegistry(registry),
  generic: () => toldByAnybody,
};

/** The events that a request tells of: of a registry any number, of others one. Pure. */
export const toldBy = (config: Pick<HookConfig, 'format' | 'registry'>, received: Received): Told[] =>
  readers[config.format](config)(received);
