import { beforeAll } from 'vitest';
import { PostgresBackend } from '../../src/storage/postgres.ts';
import { testBackend, type ClusterFactory } from '../contracts/backend.ts';
import { testStore } from '../contracts/store.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);

const newCluster: ClusterFactory = async () => {
  const id = await db.createCluster();
  return () => new PostgresBackend(db.database, id);
};

testBackend('postgres', newCluster);
testStore('postgres', newCluster);
