import * as trpcNext from '@trpc/server/adapters/next';
import { router } from '../../../server/router';

export default trpcNext.createNextApiHandler({ router, createContext: () => ({}) });
