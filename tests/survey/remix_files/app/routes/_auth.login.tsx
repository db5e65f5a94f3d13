export const action = async ({ request }) => login(request);

export default function Login() {
  return <form method="post" />;
}
