<?php

namespace App\Http\Requests;

use Illuminate\Foundation\Http\FormRequest;

class ToolRequest extends FormRequest
{
    public function rules(): array
    {
        return [
            'name' => ['required', 'string', 'max:120'],
            'postcode' => ['required', 'string', 'max:10'],
            'deposit_cents' => ['integer', 'min:0'],
        ];
    }
}
