<?php

namespace App\Http\Controllers;

use App\Models\Member;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Hash;

class AuthController extends Controller
{
    public function register(Request $request): JsonResponse
    {
        $data = $request->validate([
            'name' => ['required', 'string', 'max:80'],
            'email' => ['required', 'email', 'unique:members'],
            'password' => ['required', 'min:10'],
        ]);
        $member = Member::create([...$data, 'password' => Hash::make($data['password'])]);

        return response()->json(['token' => $member->createToken('api')->plainTextToken], 201);
    }

    public function login(Request $request): JsonResponse
    {
        $member = Member::where('email', $request->input('email'))->first();
        if (! $member || ! Hash::check($request->input('password'), $member->password)) {
            return response()->json(['message' => 'Wrong e-mail or password'], 401);
        }

        return response()->json(['token' => $member->createToken('api')->plainTextToken]);
    }
}
