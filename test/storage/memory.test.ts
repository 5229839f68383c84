import { MemoryBackend, MemoryCluster } from '../../src/storage/memory.ts';
import { testBackend, type ClusterFactory } from '../contracts/backend.ts';
import { testDeliveries } from '../contracts/deliveries.ts';
import { testHistory } from '../contracts/history.ts';
import { testStore } from '../contracts/store.ts';
import { testStoreTogether } from '../contracts/store-together.ts';

const newCluster: ClusterFactory = async () => {
  const cluster = new MemoryCluster();
  return () => new MemoryBackend(cluster);
};

testBackend('memory', newCluster);
testStore('memory', newCluster);
testHistory('memory', newCluster);
testStoreTogether('memory', newCluster);
testDeliveries('memory', async () => {
  const cluster = new MemoryCluster();
  return {
    open: () => new MemoryBackend(cluster),
    outbox: async () => cluster.deliveries.map(({ subscription, revision, event, body }) => [subscription, revision, event, body]),
  };
});
