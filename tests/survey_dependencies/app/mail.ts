import { Queue } from 'bullmq';

export const from = process.env.MAIL_FROM ?? 'hunter2';
export const send = () => fetch(`https://mail.host.io/send?token=hunter2`);
