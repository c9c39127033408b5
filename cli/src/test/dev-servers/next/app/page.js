import { cookies } from "next/headers";
import { redirect } from "next/navigation";

async function enter() {
  "use server";
  (await cookies()).set("session", "1");
  redirect("/done");
}

export default function Page() {
  return (
    <form action={enter}>
      <p>first text</p>
      <button>Enter</button>
    </form>
  );
}
