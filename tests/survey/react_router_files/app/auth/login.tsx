export async function action() {}

export default function Login() {}
