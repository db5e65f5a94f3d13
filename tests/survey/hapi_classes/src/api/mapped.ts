const plain = [
  { method: 'GET', path: '/a', handler: () => 1 },
  { method: 'PUT', path: '/b', handler: () => 1 },
];
export const mapped = plain.map((route) => ({ ...route, path: `/api${route.path}` }));
