import { createHash } from 'node:crypto';
import type { NodeFacts } from './runtime.ts';

/** What a simulated node says about its machine: the same for the same name. */
export function simulatedFacts(nodeName: string, capacity: Partial<NodeFacts['capacity']> = {}): NodeFacts {
  const hex = createHash('sha256').update(nodeName).digest('hex');
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
  return {
    capacity: { cpu: '8', memory: '33554432Ki', 'ephemeral-storage': '104857600Ki', pods: '110', ...capacity },
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    operatingSystem: 'linux',
    osImage: 'Hibernetes simulated node',
    kernelVersion: '6.12.0-simulated',
    machineID: hex.slice(0, 32),
    systemUUID: uuid,
    bootID: uuid,
  };
}
