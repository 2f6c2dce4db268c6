// What an app of one's own does with AWS Amplify: sign in by SRP, and take the tokens.
import { Amplify } from "aws-amplify";
import { fetchAuthSession, signIn } from "aws-amplify/auth";

window.tokensOf = async (pool, username, password) => {
  Amplify.configure({ Auth: { Cognito: pool } });
  await signIn({ username, password });
  const { tokens } = await fetchAuthSession();
  return tokens.accessToken.toString();
};
