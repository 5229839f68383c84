import { MemoryBackend, MemoryCluster } from '../../src/storage/memory.ts';
import { testBackend, type ClusterFactory } from '../contracts/backend.ts';
import { testStore } from '../contracts/store.ts';
import { testStoreTogether } from '../contracts/store-together.ts';

const newCluster: ClusterFactory = async () => {
  const cluster = new MemoryCluster();
  return () => new MemoryBackend(cluster);
};

testBackend('memory', newCluster);
testStore('memory', newCluster);
testStoreTogether('memory', newCluster);
