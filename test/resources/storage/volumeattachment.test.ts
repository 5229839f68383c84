import { expect, test } from 'vitest';
import { volumeAttachments } from '../../../src/resources/storage/volumeattachment.ts';
import { lines } from '../objects.ts';
import { row, stored, wrong, wrongChange } from '../checks.ts';

const attached = (more: object = {}) => ({
  spec: { attacher: 'csi.example.com', nodeName: 'n1', source: { persistentVolumeName: 'pv1' }, ...more },
});
const csi = { driver: 'csi.example.com', volumeHandle: 'v1' };
const inline = (more: object) => attached({ source: { inlineVolumeSpec: { accessModes: ['ReadWriteOnce'], csi, ...more } } });
const one = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
const at = 'spec.source.inlineVolumeSpec';

test.each<[string, object, string[]]>([
  ['a persistent volume', attached(), []],
  ['a volume of a pod', inline({ persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }), []],
  [
    'nothing',
    {},
    [
      'spec.attacher: Required value',
      `spec.source: Required value: ${one}`,
      expect.stringContaining('spec.nodeName: Invalid value: "": a lowercase RFC 1123 subdomain') as never,
    ],
  ],
  ['both', attached({ source: { persistentVolumeName: 'a', inlineVolumeSpec: {} } }), [`spec.source: Forbidden: ${one}`]],
  [
    'no name',
    attached({ source: { persistentVolumeName: '' } }),
    [
      'spec.source.persistentVolumeName: Required value: must specify non empty persistentVolumeName',
      expect.stringContaining('spec.source.persistentVolumeName: Invalid value: "": a lowercase RFC 1123 subdomain') as never,
    ],
  ],
  [
    'a volume with a life of its own',
    inline({
      csi: undefined,
      nfs: { server: 'a', path: '/' },
      claimRef: {},
      capacity: { storage: '1Gi' },
      nodeAffinity: {},
      storageClassName: 'fast',
      persistentVolumeReclaimPolicy: 'Delete',
      volumeMode: 'Block',
    }),
    [
      `${at}.claimRef: Forbidden: may not be specified in the context of inline volumes`,
      `${at}.capacity: Forbidden: may not be specified in the context of inline volumes`,
      `${at}.nodeAffinity: Forbidden: may not be specified in the context of inline volumes`,
      `${at}.storageClassName: Forbidden: may not be specified in the context of inline volumes`,
      `${at}.csi: Required value: has to be specified in the context of inline volumes`,
      `${at}.persistentVolumeReclaimPolicy: Forbidden: may only be Retain in the context of inline volumes`,
      `${at}.volumeMode: Forbidden: may not specify volumeMode other than Filesystem in the context of inline volumes`,
    ],
  ],
  ['a volume of no mode', inline({ accessModes: [] }), [`${at}.accessModes: Required value`]],
])('%s', (_, fields, expected) => expect(wrong(volumeAttachments, { ...fields })).toEqual(expected));

test('status', () => {
  const of = (status: object) => stored(volumeAttachments, { ...attached(), status });
  const wrongStatus = (status: object) => lines(volumeAttachments.strategy.validateStatusUpdate!(of(status), of({})));
  expect(of({}).status).toEqual({ attached: false });
  expect(wrongStatus({ attachError: { message: 'x'.repeat(1024), errorCode: 8 } })).toEqual([]);
  expect(
    wrongStatus({
      attachmentMetadata: { a: 'x'.repeat(256 * 1024) },
      attachError: { message: 'x'.repeat(1025) },
      detachError: { errorCode: -1 },
    }),
  ).toEqual([
    'status.attachmentMetadata: Too long: may not be more than 262144 bytes',
    'status.attachError.message: Too long: may not be more than 262144 bytes',
    'status.detachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive',
  ]);
});

test('what is attached stays', () =>
  expect(wrongChange(volumeAttachments, attached(), attached({ nodeName: 'n2' }))).toEqual([
    expect.stringMatching(/^spec: Invalid value: .*: field is immutable$/),
  ]));

test('columns', () => {
  const expected = (pv: string, isAttached: boolean) => [
    ['Name', 'web'],
    ['Attacher', 'csi.example.com'],
    ['PV', pv],
    ['Node', 'n1'],
    ['Attached', isAttached],
    ['Age', '60m'],
  ];
  expect(row(volumeAttachments, { ...attached(), status: { attached: true } })).toEqual(expected('pv1', true));
  expect(row(volumeAttachments, inline({}))).toEqual(expected('', false));
});
